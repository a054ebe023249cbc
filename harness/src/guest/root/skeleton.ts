import type { CpioEntry } from './cpio.ts';

/** The entries of every root before any program: folders, the two devices that /init needs, and configuration. */
export function skeleton(): CpioEntry[] {
  return [
    ...folders.map((path): CpioEntry => ({ kind: 'directory', path, mode: 0o755 })),
    { kind: 'directory', path: 'root', mode: 0o700 },
    { kind: 'directory', path: 'tmp', mode: 0o1777 },
    { kind: 'character', path: 'dev/console', mode: 0o600, major: 5, minor: 1 },
    { kind: 'character', path: 'dev/null', mode: 0o666, major: 1, minor: 3 },
    ...mergedIntoUsr.map((path): CpioEntry => ({ kind: 'link', path, target: `usr/${path}` })),
    ...Object.entries(texts).map(
      ([path, text]): CpioEntry => ({ kind: 'file', path, mode: 0o644, data: Buffer.from(text) }),
    ),
  ];
}

/** A package's path as it is in a root: /bin, /sbin and /lib are merged into /usr. */
export function underUsr(path: string): string {
  return mergedIntoUsr.some((folder) => path.startsWith(`${folder}/`)) ? `usr/${path}` : path;
}

const mergedIntoUsr = ['bin', 'sbin', 'lib', 'lib64'];

const folders = [
  ...['dev', 'mnt', 'proc', 'run', 'sys', 'var/log', 'var/tmp'],
  ...mergedIntoUsr.map((folder) => `usr/${folder}`),
];

const texts = {
  'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n',
  'etc/group': 'root:x:0:\nnogroup:x:65534:\n',
  'etc/hosts': '127.0.0.1 localhost\n::1 localhost ip6-localhost\n',
  'etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\nservices: files\nprotocols: files\n',
  'etc/resolv.conf': '# Nothing outside can be reached.\n',
};

import type { Layer } from './layer.ts';

/** Unmodified programs whose sockets are tested. No experiment needs one, so most machines never fetch them. */
export const programLayers = {
  iperf3: { packages: [{ name: 'iperf3' }], files: ['usr/bin/iperf3'] },
  python: {
    packages: [
      { name: 'python3.11-minimal' },
      { name: 'libpython3.11-minimal' },
      { name: 'libpython3.11-stdlib' },
    ],
    files: ['usr/bin/python3.11', 'usr/lib/python3.11/'],
  },
  'python-tests': {
    packages: [{ name: 'libpython3.11-testsuite' }],
    files: ['usr/lib/python3.11/test/'],
  },
  openssl: { packages: [{ name: 'openssl' }], files: ['usr/bin/openssl'] },
  ssh: {
    packages: [{ name: 'openssh-server' }, { name: 'openssh-client' }, { name: 'openssh-sftp-server' }],
    files: [
      ...['usr/sbin/sshd', 'usr/bin/ssh', 'usr/bin/scp', 'usr/bin/ssh-keygen'],
      'usr/lib/openssh/sftp-server',
    ],
  },
  stressng: { packages: [{ name: 'stress-ng' }], files: ['usr/bin/stress-ng'] },
  dbench: { packages: [{ name: 'dbench' }], files: ['usr/bin/dbench', 'usr/share/dbench/client.txt'] },
  fsmark: { packages: [{ name: 'fsmark' }], files: ['usr/bin/fs_mark'] },
  bonnie: { packages: [{ name: 'bonnie++' }], files: ['usr/sbin/bonnie++'] },
  sqlite: { packages: [{ name: 'sqlite3' }], files: ['usr/bin/sqlite3'] },
  // git runs git again, and finds it in the PATH.
  git: { packages: [{ name: 'git' }], files: ['usr/bin/git', 'usr/bin/git-upload-pack'] },
  node: {
    packages: [
      ...['nodejs', 'node-acorn', 'node-cjs-module-lexer', 'node-undici'].map((name) => ({
        name,
        suite: 'bookworm',
      })),
    ],
    files: [
      'usr/bin/node',
      ...['cjs-module-lexer/lexer.js', 'cjs-module-lexer/dist/lexer.js', 'undici/undici-fetch.js'].map(
        (file) => `usr/share/nodejs/${file}`,
      ),
      ...['acorn/dist/acorn.js', 'acorn-walk/dist/walk.js'].map((file) => `usr/share/nodejs/${file}`),
    ],
  },
} as const satisfies Record<string, Layer>;

export type ProgramLayerName = keyof typeof programLayers;

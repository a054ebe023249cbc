import type { PackageRequest } from '../../host/packages.ts';

/** A part of a root. Only `files` of its packages are installed, and the libraries that these load. */
export interface Layer {
  packages: readonly LayerPackage[];
  /** Paths within the packages; one that ends with a slash takes everything below it. */
  files: readonly string[];
  /** Programs of this repository: harness/guest, DaxFS's, or bpf/ built for the kernel that will run them. */
  programs?: 'guest' | 'daxfs' | 'bpf';
}

/** Results depend on a pinned package: harness/versions.json names the one build that is used. */
export interface LayerPackage extends Omit<PackageRequest, 'version'> {
  pinned?: boolean;
}

export const layers = {
  base: {
    packages: [{ name: 'busybox-static' }, { name: 'netbase' }],
    files: ['bin/busybox', 'etc/services', 'etc/protocols'],
    programs: 'guest',
  },
  net: {
    // dash, because the shell of BusyBox runs its built-in ip and tc regardless of PATH.
    packages: [{ name: 'iproute2' }, { name: 'dash' }],
    files: [
      ...['bin/dash', 'bin/sh'],
      ...['bin/ip', 'sbin/ip', 'bin/ss', 'sbin/bridge', 'sbin/tc', 'usr/bin/nstat', 'etc/iproute2/'],
    ],
  },
  // Firewalls that translate addresses.
  nat: { packages: [{ name: 'nftables' }], files: ['usr/sbin/nft'] },
  haproxy: { packages: [{ name: 'haproxy' }], files: ['usr/sbin/haproxy'] },
  netperf: {
    packages: [{ name: 'netperf', suite: 'bookworm', component: 'non-free', pinned: true }],
    files: ['usr/bin/netperf', 'usr/bin/netserver'],
  },
  redis: {
    // redis-server is a link into redis-tools; its Lua modules are libraries by every name but their package's.
    packages: [
      { name: 'redis-server' },
      { name: 'redis-tools' },
      { name: 'lua-cjson' },
      { name: 'lua-bitop' },
    ],
    files: ['usr/bin/redis-server', 'usr/bin/redis-benchmark', 'usr/bin/redis-cli'],
  },
  nginx: {
    packages: [{ name: 'nginx' }, { name: 'wrk' }, { name: 'curl' }],
    files: ['usr/sbin/nginx', 'usr/bin/wrk', 'usr/bin/curl'],
  },
  postgresql: {
    // Without llvmjit.so, which depends on all of LLVM.
    packages: [{ name: 'postgresql-15' }, { name: 'postgresql-client-15' }, { name: 'tzdata' }],
    files: [
      ...['initdb', 'pgbench', 'pg_ctl', 'postgres', 'psql', 'pg_dump'].map(
        (name) => `usr/lib/postgresql/15/bin/${name}`,
      ),
      ...['plpgsql.so', 'dict_snowball.so'].map((name) => `usr/lib/postgresql/15/lib/${name}`),
      ...['usr/share/postgresql/15/', 'usr/share/zoneinfo/UTC'],
    ],
  },
  fio: { packages: [{ name: 'fio', pinned: true }], files: ['usr/bin/fio'] },
  // Makes the filesystems that DaxFS is compared with.
  filesystems: {
    packages: [{ name: 'e2fsprogs' }, { name: 'xfsprogs' }],
    files: ['sbin/mke2fs', 'etc/mke2fs.conf', 'sbin/mkfs.xfs'],
  },
  // For administrators of CXL memory. Debian has cxl in the package ndctl.
  cxl: {
    packages: [{ name: 'ndctl' }, { name: 'daxctl' }, { name: 'numactl' }],
    files: ['cxl', 'ndctl', 'daxctl', 'numactl', 'numastat', 'migratepages', 'memhog'].map(
      (name) => `usr/bin/${name}`,
    ),
  },
  daxfs: { packages: [], files: [], programs: 'daxfs' },
  bpf: { packages: [], files: [], programs: 'bpf' },
} as const satisfies Record<string, Layer>;

export type LayerName = keyof typeof layers;
export const layerNames = Object.keys(layers) as LayerName[];

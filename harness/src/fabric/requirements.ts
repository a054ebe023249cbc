import type { Requirement } from '../host/requirements.ts';

const headers = '/usr/include';

/** Tools that a build of QEMU needs besides a compiler. Nothing else needs them. */
export const qemuRequirements: readonly Requirement[] = (
  [
    { name: 'ninja', command: 'ninja', package: 'ninja-build' },
    { name: 'pkg-config', command: 'pkg-config', package: 'pkg-config' },
    { name: 'flex', command: 'flex', package: 'flex' },
    { name: 'bison', command: 'bison', package: 'bison' },
    {
      name: 'Python with venv',
      files: ['/usr/lib/python3.11/ensurepip/__init__.py'],
      package: 'python3-venv',
    },
    { name: 'GLib', files: [`${headers}/glib-2.0/glib.h`], package: 'libglib2.0-dev' },
    { name: 'libfdt', files: [`${headers}/libfdt.h`], package: 'libfdt-dev' },
    { name: 'libslirp', files: [`${headers}/slirp/libslirp.h`], package: 'libslirp-dev' },
    { name: 'pixman', files: [`${headers}/pixman-1/pixman.h`], package: 'libpixman-1-dev' },
    { name: 'zlib', files: [`${headers}/zlib.h`], package: 'zlib1g-dev' },
  ] as const
).map((item) => ({ ...item, why: 'builds the QEMU of the fabrics', purposes: [] }));

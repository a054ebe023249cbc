import { execa } from 'execa';

/** The shared objects that an ELF file names: its loader by path, its libraries by soname. Empty for other files. */
export async function neededObjects(path: string, firstBytes: Uint8Array): Promise<string[]> {
  if (!elfMagic.every((byte, index) => firstBytes[index] === byte)) return [];
  const { stdout } = await execa('readelf', ['--wide', '--dynamic', '--program-headers', path], {
    env: { LC_ALL: 'C' },
  });
  const matches = stdout.matchAll(/\(NEEDED\).*\[(.+)\]|program interpreter: (.+)\]/g);
  return [...matches].map(([, library, loader]) => library ?? loader ?? '');
}

const elfMagic = [0x7f, 0x45, 0x4c, 0x46];

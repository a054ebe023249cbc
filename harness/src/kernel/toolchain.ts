import { execa } from 'execa';
import { Failure } from '../host/failure.ts';

/** What turns sources into bytes, by its own words: part of a bundle's id. */
export interface Toolchain {
  gcc: string;
  ld: string;
  pahole: string;
}

export async function readToolchain(): Promise<Toolchain> {
  const [gcc, ld, pahole] = await Promise.all([
    firstLine('gcc', 'gcc'),
    firstLine('ld', 'binutils'),
    firstLine('pahole', 'dwarves'),
  ]);
  return { gcc, ld, pahole };
}

async function firstLine(command: string, debianPackage: string): Promise<string> {
  const { exitCode, stdout } = await execa(command, ['--version'], { reject: false, env: { LC_ALL: 'C' } });
  if (exitCode === 0) return stdout.split('\n')[0] ?? '';
  throw new Failure('infra', `building a kernel needs ${command}, which is not here`, {
    next: `install ${debianPackage}; \`npm run doctor\` lists everything that is missing`,
  });
}

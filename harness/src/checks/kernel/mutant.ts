import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { sha256 } from '../../host/cache.ts';
import { makeOverlay } from '../../kernel/overlay.ts';
import type { Patch, PatchSet } from '../../kernel/patches.ts';
import { type Mutation, mutate } from './mutation.ts';

/** The patch set with one mutation as its last patch. */
export async function withMutant(set: PatchSet, mutation: Mutation, pristine: string): Promise<PatchSet> {
  const scratch = await mkdtemp(join(tmpdir(), 'zerohop-mutant-'));
  try {
    const { dir } = await makeOverlay(set, pristine, join(scratch, 'a'));
    await mkdir(dirname(join(scratch, 'b', mutation.file)), { recursive: true });
    await writeFile(join(scratch, 'b', mutation.file), mutate(mutation, dir));
    const files = ['a', 'b'].map((side) => `${side}/${mutation.file}`);
    const diff = ['-C', scratch, 'diff', '--no-index', '--no-prefix', '--', ...files];
    const { stdout } = await execa('git', diff, { reject: false });
    return { ...set, patches: [...set.patches, patchOf(mutation, `${stdout}\n`)] };
  } finally {
    await rm(scratch, { recursive: true });
  }
}

function patchOf({ name, file }: Mutation, text: string): Patch {
  return { series: 'mutants', file: name, path: file, text, sha256: sha256(text) };
}

import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkoutRoot } from '../host/cache.ts';
import { Failure } from '../host/failure.ts';
import { readManifest } from '../store/read-run.ts';
import { sources, sumsFile } from './contents.ts';
import { drawArtifact } from './draw.ts';
import { demandNoNames } from './names.ts';
import { pack } from './pack.ts';
import type { Absent } from './readme.ts';
import { writeSums } from './sums.ts';

const citations = ['CITATION.cff', '.zenodo.json'];

/** Makes an artifact of finished runs, and its archive. The folder is there whole or not at all. */
export async function gather(
  runs: readonly string[],
  absent: readonly Absent[],
  output: string,
): Promise<string> {
  await demandOurs(output);
  const fresh = `${output}.new`;
  await rm(fresh, { recursive: true, force: true });
  try {
    for (const run of runs) await copyRun(run, join(fresh, 'runs'));
    for (const file of citations) await cp(join(checkoutRoot(), file), join(fresh, file));
    await drawArtifact(fresh, fresh, absent);
    await demandNoNames(fresh);
    await writeSums(fresh);
    await rm(output, { recursive: true, force: true });
    await rename(fresh, output);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return pack(output);
}

/** An artifact takes the place of an older one, and of nothing else. */
export async function demandOurs(output: string): Promise<void> {
  if (!existsSync(output) || existsSync(join(output, sumsFile))) return;
  if ((await readdir(output)).length === 0) return;
  throw new Failure('usage', `${output} is neither empty nor an artifact`, {
    next: 'give another --output DIR',
  });
}

async function copyRun(run: string, into: string): Promise<void> {
  const { experiment } = await readManifest(run);
  const dir = join(into, experiment);
  if (existsSync(dir))
    throw new Failure('usage', `two runs of ${experiment} were given`, { next: 'leave one out' });
  await mkdir(dir, { recursive: true });
  for (const file of sources) {
    if (existsSync(join(run, file))) await cp(join(run, file), join(dir, file));
  }
}

import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mutate, readMutations } from '../../../src/checks/kernel/mutation.ts';
import { makeOverlay } from '../../../src/kernel/overlay.ts';
import { patchRoot, readPatchSet } from '../../../src/kernel/patches.ts';
import { obtainSource } from '../../../src/kernel/source.ts';

const mutants = readMutations(join(patchRoot(), 'test/mutants/splice.json'));
const series = join(patchRoot(), 'series/sock-splice');

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zerohop-mutants-'));
  await makeOverlay(readPatchSet([series]), (await obtainSource({})).dir, join(scratch, 'overlay'));
});
afterAll(() => rm(scratch, { recursive: true }));

test.each(mutants.map((mutation) => [mutation.name, mutation] as const))(
  'the nightly finds the line for: %s',
  (_name, mutation) => {
    const overlay = join(scratch, 'overlay');
    const planted = mutate(mutation, overlay);
    expect(planted).not.toBe(readFileSync(join(overlay, mutation.file), 'utf8'));
    expect(planted).toContain(mutation.replace);
  },
);

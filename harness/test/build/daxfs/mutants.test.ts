import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mutate, readMutations } from '../../../src/checks/kernel/mutation.ts';
import { patchRoot } from '../../../src/kernel/patches.ts';

const core = join(patchRoot(), 'daxfs/core');
const folders = ['daxfs', 'test/daxfs', 'test/explorer'];

/** A mutant's name begins with the scenario that must find it. */
const mutants = readMutations(join(patchRoot(), 'test/daxfs/mutants.json')).map((mutation) => {
  const scenario = mutation.name.split(' / ')[0] ?? '';
  return [mutation.name, { scenario, mutation }] as const;
});

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zerohop-daxfs-mutants-'));
  for (const folder of folders)
    await cp(join(patchRoot(), folder), join(scratch, folder), {
      recursive: true,
      preserveTimestamps: true,
    });
  const { exitCode, all } = await search('nothing is called so');
  expect(exitCode, all).toBe(0);
});
afterAll(() => rm(scratch, { recursive: true }));

const search = (scenario: string) =>
  execa(
    'make',
    ['-s', '-C', join(scratch, 'test/daxfs'), `OUT=${scratch}/out`, 'search', `ONLY=${scenario}`],
    { reject: false, all: true, timeout: 600_000 },
  );

test('at least twenty lines of the protocols are broken in turn', () => {
  expect(mutants.length).toBeGreaterThanOrEqual(20);
});

test.each(mutants)('the search finds: %s', async (_name, { scenario, mutation }) => {
  const path = join(scratch, 'daxfs/core', mutation.file);
  await writeFile(path, mutate(mutation, core));
  try {
    const { exitCode, all } = await search(scenario);
    expect(exitCode, all).not.toBe(0);
    expect(all).toMatch(/ schedules, (?!nothing found)/);
  } finally {
    await cp(join(core, mutation.file), path);
  }
});

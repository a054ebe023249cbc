import { copyFile, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mutate, readMutations } from '../../../src/checks/kernel/mutation.ts';
import { makeOverlay } from '../../../src/kernel/overlay.ts';
import { patchRoot, readPatchSet } from '../../../src/kernel/patches.ts';
import { obtainSource } from '../../../src/kernel/source.ts';

const sources = join(patchRoot(), 'test/ring');
const series = join(patchRoot(), 'series/sock-splice');
const mutants = readMutations(join(sources, 'mutants.json')).map(
  (mutation) => [mutation.name, mutation] as const,
);
const header = 'sock_splice_ring.h';

let scratch: string;
/** The tests and the header as the series leaves it, in one folder. */
let ring: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zerohop-ring-'));
  ring = join(scratch, 'ring');
  const { dir } = await obtainSource({});
  const overlay = await makeOverlay(readPatchSet([series]), dir, join(scratch, 'overlay'));
  await cp(sources, ring, { recursive: true });
  await cp(join(patchRoot(), 'test/explorer'), join(scratch, 'explorer'), { recursive: true });
  await copyFile(join(overlay.dir, 'include/net', header), join(ring, header));
});
afterAll(() => rm(scratch, { recursive: true }));

const make = (dir: string, ...targets: string[]) =>
  execa('make', ['-s', '-C', dir, `OUT=${dir}/out`, `RING=${dir}/${header}`, ...targets], {
    reject: false,
    all: true,
    timeout: 600_000,
  });

test('the model allows what hardware may do, and no more', async () => {
  const { exitCode, all } = await make(ring, 'litmus');
  expect(exitCode, all).toBe(0);
  expect(all.match(/schedules/g)?.length).toBeGreaterThan(15);
});

test('no schedule within the bounds breaks the ring', async () => {
  const { exitCode, all } = await make(ring, 'search');
  expect(exitCode, all).toBe(0);
  expect(all.match(/, nothing found$/gm)?.length).toBeGreaterThan(4);
});

test('two threads move every byte in order, and the thread sanitizer sees no race', async () => {
  const { exitCode, all } = await make(ring, 'stress');
  expect(exitCode, all).toBe(0);
});

test.each(mutants)('the search finds: %s', async (_name, mutation) => {
  const mutant = join(scratch, 'mutant');
  await rm(mutant, { recursive: true, force: true });
  await cp(ring, mutant, { recursive: true, filter: (path) => !path.endsWith('/out') });
  await writeFile(join(mutant, mutation.file), mutate(mutation, ring));
  const { exitCode, all } = await make(mutant, 'search', 'DEPTH=2');
  expect(exitCode, all).not.toBe(0);
  expect(all).toMatch(/: \d+ schedules, (?!nothing found)/);
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { patchRoot } from '../../../src/kernel/patches.ts';

const sources = join(patchRoot(), 'test/daxfs');

let out: string;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'zerohop-daxfs-'));
});
afterAll(() => rm(out, { recursive: true }));

const make = (target: string, ...variables: string[]) =>
  execa('make', ['-s', '-C', sources, `OUT=${out}`, target, ...variables], {
    reject: false,
    all: true,
    timeout: 900_000,
  });

test('each call gives what it should, and the check finds nothing after it', async () => {
  const { exitCode, all } = await make('calls');
  expect(exitCode, all).toBe(0);
  expect(all.match(/: ok$/gm)?.length).toBeGreaterThan(10);
});

test('a call that lacks space leaves nothing behind, whichever allocation fails', async () => {
  const { exitCode, all } = await make('faults');
  expect(exitCode, all).toBe(0);
  expect(all.match(/: ok$/gm)?.length).toBeGreaterThan(20);
});

test('no schedule within the bounds breaks a protocol', async () => {
  const { exitCode, all } = await make('search');
  expect(exitCode, all).toBe(0);
  expect(all.match(/, nothing found/g)?.length).toBeGreaterThan(60);
});

test('hosts that do everything at once, as threads and as processes, lose nothing', async () => {
  const { exitCode, all } = await make('stress', 'ROUNDS=1000');
  expect(exitCode, all).toBe(0);
  expect(all.match(/records, ok$/gm)?.length).toBe(5);
});

test('no image makes the validator, the check or a call touch what is not the region', async () => {
  const { exitCode, all } = await make('fuzz', 'RUNS=3000');
  expect(exitCode, all).toBe(0);
});

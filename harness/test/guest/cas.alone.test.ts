import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkoutRoot } from '../../src/host/cache.ts';
import { summarySchema } from '../../src/measure/summary.ts';
import { manifestSchema } from '../../src/store/manifest.ts';

let results: string;

beforeAll(async () => {
  results = await mkdtemp(join(tmpdir(), 'zerohop-results-'));
});

afterAll(async () => {
  await rm(results, { recursive: true });
});

const experiment = (...args: string[]) =>
  execa('node', ['harness/entry.mjs', 'experiment', 'cas', '--profile', 'smoke', ...args], {
    cwd: checkoutRoot(),
    env: { ZEROHOP_RESULTS: results },
    reject: false,
  });

test('hosts in lockstep repeat their samples to the last digit by one seed, and not by another', async () => {
  const samplesOf = async (seed: number) => {
    const one = ['hosts=2', 'words=1', 'latency=none', 'variant=cas'].flatMap((only) => ['--only', only]);
    const end = await experiment('--clock', 'virtual', ...one, '--seed', `${seed}`);
    expect(end, end.stderr).toMatchObject({ exitCode: 0 });
    return readFile(join(results, 'latest/cas/samples.jsonl'), 'utf8');
  };
  const first = await samplesOf(1);
  const { cells } = summarySchema.parse(
    JSON.parse(await readFile(join(results, 'latest/cas/summary.json'), 'utf8')),
  );
  const median = (metric: string) => cells.find((cell) => cell.metric === metric)?.median;
  expect(median('lost_updates')).toBe(0);
  expect(median('success_ratio')).toBeLessThan(1);
  expect(await samplesOf(1)).toBe(first);
  expect(await samplesOf(2)).not.toBe(first);
});

test('two hosts on shm and two processes count together and lose nothing', async () => {
  const end = await experiment(
    ...['--clock', 'wall', '--only', 'fabric=shm,none', '--only', 'variant=cas,slots'],
  );
  expect(end, end.stderr).toMatchObject({ exitCode: 0 });
  const read = async (file: string) =>
    JSON.parse(await readFile(join(results, 'latest/cas', file), 'utf8')) as unknown;
  const { cells, proofs } = summarySchema.parse(await read('summary.json'));
  const lost = cells.filter(({ metric }) => metric === 'lost_updates');
  const places = lost
    .map(({ variant, params }) => `${variant} ${params['fabric']} ${params['hosts']}`)
    .sort();
  expect(places).toEqual(['cas none 2', 'cas shm 2', 'slots none 2', 'slots shm 2']);
  for (const { max } of lost) expect(max).toBe(0);
  expect(proofs).toHaveLength(places.length);
  for (const { ok, name } of proofs) expect({ ok, name }).toEqual({ ok: true, name: 'shared-memory' });
  const slots = cells.filter(({ variant, metric }) => variant === 'slots' && metric === 'success_ratio');
  for (const { min } of slots) expect(min).toBe(1);

  const { boots, testbed } = manifestSchema.parse(await read('manifest.json'));
  const shared = boots.flatMap((boot) => boot.shared ?? []);
  const onShm = shared.find(({ hosts }) => hosts.length > 0);
  expect(shared).toHaveLength(2);
  expect(onShm?.testedUpdates).toBeGreaterThan(0);
  expect(testbed.memoryPath).toContain(`shm ${onShm?.memoryPath}`);
  for (const { qemuCommand, memory } of onShm?.hosts ?? []) {
    expect(qemuCommand.join(' ')).toContain('maxcpus=2');
    expect(memory).toMatchObject({ path: onShm?.memoryPath === 'ivshmem' ? 'ivshmem' : 'cxl' });
  }
});

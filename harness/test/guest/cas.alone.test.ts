import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { checkoutRoot } from '../../src/host/cache.ts';
import { summarySchema } from '../../src/measure/summary.ts';
import { manifestSchema } from '../../src/store/manifest.ts';

test('two hosts on shm and two processes count together and lose nothing', async ({ onTestFinished }) => {
  const results = await mkdtemp(join(tmpdir(), 'zerohop-results-'));
  onTestFinished(() => rm(results, { recursive: true }));
  const cells = ['--only', 'fabric=shm,none', '--only', 'variant=cas,slots'];
  const args = ['cas', '--profile', 'smoke', '--clock', 'wall', ...cells];
  const end = await execa('node', ['harness/entry.mjs', 'experiment', ...args], {
    cwd: checkoutRoot(),
    env: { ZEROHOP_RESULTS: results },
    reject: false,
  });
  expect(end, end.stderr).toMatchObject({ exitCode: 0 });
  const read = async (file: string) =>
    JSON.parse(await readFile(join(results, 'latest/cas', file), 'utf8')) as unknown;
  const { cells: measured, proofs } = summarySchema.parse(await read('summary.json'));
  const lost = measured.filter(({ metric }) => metric === 'lost_updates');
  const places = lost
    .map(({ variant, params }) => `${variant} ${params['fabric']} ${params['hosts']}`)
    .sort();
  expect(places).toEqual(['cas none 2', 'cas shm 2', 'slots none 2', 'slots shm 2']);
  for (const { max } of lost) expect(max).toBe(0);
  expect(proofs).toHaveLength(places.length);
  for (const { ok, name } of proofs) expect({ ok, name }).toEqual({ ok: true, name: 'shared-memory' });
  const slots = measured.filter(({ variant, metric }) => variant === 'slots' && metric === 'success_ratio');
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

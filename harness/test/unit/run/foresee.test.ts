import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import netperf from '../../../src/experiment/netperf.ts';
import { foresee } from '../../../src/run/foresee.ts';
import { id, plantBundle } from '../kernel/bundles.ts';

test('foresee says of a plan and of its shards what they measure, under one hash', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'zerohop-foresee-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const bundle = await plantBundle(join(dir, 'bundle'));
  const asked = {
    experiment: netperf,
    request: { profile: 'quick' as const, only: [], kernels: ['mine'], seed: 7 },
    kernels: [{ name: 'mine', spec: bundle.dir }],
    explain: false,
    force: false,
    command: '',
  };
  const whole = await foresee(asked);
  expect(whole).toMatchObject({ experiment: 'netperf', seed: 7, kernels: [{ name: 'mine', bundle: id }] });
  expect(whole.minutes).toBeCloseTo(netperf.minutes.quick, 0);
  const shards = await Promise.all([1, 2].map((index) => foresee({ ...asked, shard: { index, of: 2 } })));
  expect(shards.map(({ plan }) => plan)).toEqual([whole.plan, whole.plan]);
  const boots = shards.flatMap((shard) => shard.boots);
  expect(boots).toHaveLength(whole.boots.length);
  expect(boots).toEqual(expect.arrayContaining(whole.boots));
  await expect(foresee({ ...asked, shard: { index: 9, of: 9 } })).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringMatching(/shard 9\/9 has nothing to measure: the plan has 5 boots/),
  });
});

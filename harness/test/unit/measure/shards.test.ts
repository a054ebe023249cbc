import { describe, expect, it } from 'vitest';
import netperf from '../../../src/experiment/netperf.ts';
import { planBoots } from '../../../src/measure/plan.ts';
import { planHash } from '../../../src/measure/plan-hash.ts';
import type { PlanRequest } from '../../../src/measure/plan-request.ts';
import { bootMinutes, bootsOfShard, divide } from '../../../src/measure/shards.ts';

const request = (changes: Partial<PlanRequest> = {}): PlanRequest => ({
  matrices: netperf.matrices,
  profile: 'paper',
  only: [],
  kernels: ['default'],
  seed: 7,
  ...changes,
});

describe('divide', () => {
  it('gives every item to one shard, and about equal minutes to each', () => {
    const minutes = [90, 30, 60, 100, 15, 120, 40];
    const shards = divide(minutes, 3, (item) => item);
    expect(shards.flat().toSorted()).toEqual(minutes.toSorted());
    const sums = shards.map((shard) => shard.reduce((sum, item) => sum + item, 0));
    expect(Math.max(...sums) - Math.min(...sums)).toBeLessThanOrEqual(40);
  });

  it('leaves shards without items when there are too many', () => {
    expect(divide([5], 3, () => 1)).toEqual([[5], [], []]);
  });
});

describe('the shards of a plan', () => {
  const boots = planBoots(request());
  const minutesOf = bootMinutes(netperf, 'paper');
  const shard = (index: number, of: number) => bootsOfShard(boots, { index, of }, minutesOf);

  it('have all of its boots, each once, in its order', () => {
    const names = [1, 2, 3, 4].flatMap((index) => shard(index, 4).map(({ name }) => name));
    expect(names.toSorted()).toEqual(boots.map(({ name }) => name).toSorted());
    const order = shard(2, 4).map((boot) => boots.indexOf(boot));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  it('share the minutes that the experiment declares for its profile', () => {
    const sum = (some: typeof boots) => some.reduce((minutes, boot) => minutes + minutesOf(boot), 0);
    expect(sum(boots)).toBeCloseTo(netperf.minutes.paper);
    for (const index of [1, 2]) expect(sum(shard(index, 2))).toBeCloseTo(netperf.minutes.paper / 2, -2);
  });
});

describe('a plan hash', () => {
  const code = { commit: 'abc', bundles: ['kernel-1'] };
  const hash = planHash(request(), code);

  it('is short, because people read it to each other', () => {
    expect(hash).toMatch(/^[0-9a-f]{16}$/);
  });

  it('is the same for every number of boots, so that a further round joins', () => {
    expect(planHash(request({ boots: { from: 5, to: 6 } }), code)).toBe(hash);
  });

  it.each<[string, Partial<PlanRequest>, typeof code]>([
    ['request', { seed: 8 }, code],
    ['matrices', { matrices: netperf.matrices.slice(1) }, code],
    ['commit', {}, { ...code, commit: 'def' }],
    ['kernels', {}, { ...code, bundles: ['kernel-2'] }],
  ])('changes with the %s', (_, changes, other) => {
    expect(planHash(request(changes), other)).not.toBe(hash);
  });
});

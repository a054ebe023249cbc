import { describe, expect, it } from 'vitest';
import cas from '../../../src/experiment/cas.ts';
import { planBoots } from '../../../src/measure/plan.ts';
import type { PlanRequest } from '../../../src/measure/plan-request.ts';
import { clusterSpecs } from '../../../src/run/cluster.ts';

const request: PlanRequest = {
  matrices: cas.matrices,
  profile: 'smoke',
  only: [],
  kernels: ['default'],
  seed: 1,
};
const placesOf = (changes: Partial<PlanRequest> = {}) =>
  [
    ...new Set(
      planBoots({ ...request, ...changes }).map(
        ({ factors: { hosts, fabric }, clock, idle }) => `${hosts} ${fabric} ${clock} ${idle}`,
      ),
    ),
  ].sort();

describe('cas', () => {
  it('has two hosts in lockstep in smoke, and on each fabric on the wall clock', () => {
    expect(placesOf()).toEqual(['2 shm virtual null']);
    expect(placesOf({ clock: 'virtual' })).toEqual(placesOf());
    expect(placesOf({ clock: 'wall' })).toEqual([
      '2 none wall default',
      '2 shm wall default',
      '2 tcp wall default',
    ]);
  });

  it('has hosts in lockstep besides in quick', () => {
    expect(placesOf({ profile: 'quick', clock: 'virtual' })).toEqual(
      [1, 2, 4].map((hosts) => `${hosts} shm virtual null`),
    );
    expect(placesOf({ profile: 'quick' })).toHaveLength(12);
  });

  it('has one, two and four in quick, three boots of each', () => {
    const [profile, clock] = ['quick', 'wall'] as const;
    const boots = planBoots({ ...request, profile, clock });
    expect(placesOf({ profile, clock })).toHaveLength(9);
    expect(boots).toHaveLength(27);
    expect(new Set(boots.map(({ name }) => name)).size).toBe(27);
  });

  it('has eight for who asks', () => {
    const only = [{ factor: 'hosts', values: ['8'] }];
    expect(placesOf({ only })).toEqual(['8 shm virtual null']);
    expect(placesOf({ only, clock: 'wall' })).toEqual(['8 shm wall default']);
  });
});

describe('the hosts of a boot', () => {
  const [boot] = planBoots({
    ...request,
    only: [
      { factor: 'hosts', values: ['4'] },
      { factor: 'fabric', values: ['shm'] },
    ],
  });
  if (boot === undefined) throw new Error('there is such a boot');
  const tested = { name: 'default', kernel: { image: 'K' }, root: { image: 'R' }, append: [] } as never;
  const specs = clusterSpecs(boot, tested, '/logs');

  it('differ in name, seed and place of their logs', () => {
    expect(specs.map(({ name, logDir }) => `${name} ${logDir}`)).toEqual([
      'h0 /logs/h0',
      'h1 /logs/h1',
      'h2 /logs/h2',
      'h3 /logs/h3',
    ]);
    expect(new Set(specs.map(({ seed }) => seed)).size).toBe(4);
  });

  it('are pinned alike', () => {
    expect(new Set(specs.map(({ unpinned }) => unpinned)).size).toBe(1);
  });

  it('are none where processes take their places', () => {
    expect(clusterSpecs({ ...boot, factors: { hosts: 4, fabric: 'none' } }, tested, '/logs')).toEqual([]);
  });
});

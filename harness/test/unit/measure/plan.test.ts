import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../../src/experiment/experiment.ts';
import { Failure } from '../../../src/host/failure.ts';
import { growBoots, planBoots } from '../../../src/measure/plan.ts';
import type { PlanRequest } from '../../../src/measure/plan-request.ts';

const rr: Matrix = {
  workload: 'netperf',
  variants: ['tcp', 'smc', 'sockmap'],
  topology: ['loopback'],
  size: [1, 1024],
  clock: ['virtual', 'wall'],
  idle: ['poll', 'default'],
  headlineSizes: [1024],
  from: 'smoke',
  factors: { test: ['rr'] },
};
const matrices = [rr, { ...rr, topology: ['container'], from: 'quick' as const }];

const request = (changes: Partial<PlanRequest> = {}): PlanRequest => ({
  matrices,
  profile: 'quick',
  only: [],
  kernels: ['default'],
  seed: 1,
  ...changes,
});

const only = (text: string) => {
  const [factor = '', values = ''] = text.split('=');
  return { factor, values: values.split(',') };
};

const samplesOf = (plan: PlanRequest) =>
  planBoots(plan).flatMap((boot) => boot.steps.filter(({ warmup }) => !warmup));

const valuesOf = (plan: PlanRequest, factor: string) =>
  new Set(samplesOf(plan).map(({ params, variant }) => (factor === 'variant' ? variant : params[factor])));

const usage = (plan: PlanRequest): Failure => {
  try {
    planBoots(plan);
  } catch (error) {
    if (error instanceof Failure) return error;
  }
  throw new Error('the plan was accepted');
};

describe('profiles', () => {
  it('smoke is one virtual boot of the smoke blocks with one sample a cell', () => {
    const boots = planBoots(request({ profile: 'smoke' }));
    expect(boots.map(({ name }) => name)).toEqual(['virtual-0']);
    expect(samplesOf(request({ profile: 'smoke' }))).toHaveLength(6);
    expect(valuesOf(request({ profile: 'smoke' }), 'topology')).toEqual(new Set(['loopback']));
  });

  it('quick is two virtual boots of everything, and three wall boots of three at the headline under idle=poll', () => {
    const boots = planBoots(request());
    expect(boots.map(({ name }) => name).sort()).toEqual([
      'virtual-0',
      'virtual-1',
      'wall-poll-0',
      'wall-poll-1',
      'wall-poll-2',
    ]);
    const wall = boots.find(({ clock }) => clock === 'wall');
    const steps = wall?.steps.filter(({ warmup }) => !warmup) ?? [];
    expect(steps).toHaveLength(3 * 2 * 3);
    expect(new Set(steps.map(({ params }) => params.size))).toEqual(new Set([1024]));
  });

  it('paper is five boots of everything, and grows on the wall clock alone, to thirty', () => {
    const plan = request({ profile: 'paper' });
    const names = planBoots(plan).map(({ name }) => name);
    expect(names).toHaveLength(15);
    expect(names).toContain('wall-default-4');
    expect(
      growBoots(plan, 5)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['wall-default-5', 'wall-poll-5']);
    expect(growBoots(plan, 30)).toEqual([]);
    expect(growBoots(request(), 3)).toEqual([]);
  });
});

describe('a boot', () => {
  it('has a seed of its own, the same in the same run', () => {
    const seeds = planBoots(request()).map(({ seed }) => seed);
    expect(new Set(seeds).size).toBe(seeds.length);
    expect(planBoots(request())).toEqual(planBoots(request()));
    expect(planBoots(request({ seed: 2 })).map(({ seed }) => seed)).not.toEqual(seeds);
  });

  it('warms each variant up once, before its first sample, and numbers its steps', () => {
    for (const { steps } of planBoots(request())) {
      expect(steps.map(({ order }) => order)).toEqual(steps.map((_, place) => place));
      for (const variant of ['tcp', 'smc', 'sockmap']) {
        const own = steps.filter((step) => step.variant === variant);
        expect(own.map(({ warmup }) => warmup)).toEqual(own.map((_, place) => place === 0));
      }
    }
  });

  it('interleaves variants: every round has each cell once, in an order of its own', () => {
    const boot = planBoots(request()).find(({ clock }) => clock === 'wall');
    const steps = (boot?.steps ?? []).filter(({ warmup }) => !warmup);
    const rounds = [0, 6, 12].map((start) =>
      steps.slice(start, start + 6).map(({ variant, params }) => `${variant} ${params.topology}`),
    );
    for (const round of rounds) {
      expect(new Set(round).size).toBe(6);
    }
    expect(rounds[0]).not.toEqual(rounds[1]);
  });

  it('is paired across kernels: one seed and one order', () => {
    const boots = planBoots(request({ kernels: ['a', 'b'], clock: 'virtual' }));
    expect(boots.map(({ name }) => name).sort()).toEqual([
      'virtual-a-0',
      'virtual-a-1',
      'virtual-b-0',
      'virtual-b-1',
    ]);
    const [a, b] = ['virtual-a-0', 'virtual-b-0'].map((name) => boots.find((boot) => boot.name === name));
    expect(a?.seed).toBe(b?.seed);
    expect(a?.steps.map(({ variant }) => variant)).toEqual(b?.steps.map(({ variant }) => variant));
    // Interleaved: both kernels have had their first boot before either has its second.
    expect(
      boots
        .slice(0, 2)
        .map(({ kernel }) => kernel)
        .sort(),
    ).toEqual(['a', 'b']);
  });

  it('is given to each value of a factor that a boot fixes', () => {
    const hosts = { ...rr, factors: { hosts: [1, 2] }, bootFactors: ['hosts'], size: [8] };
    const boots = planBoots(request({ matrices: [hosts], profile: 'smoke' }));
    expect(boots.map(({ name }) => name).sort()).toEqual(['virtual-1-0', 'virtual-2-0']);
    expect(boots.map(({ factors }) => factors['hosts']).sort()).toEqual([1, 2]);
  });
});

describe('--only', () => {
  it('keeps what it names and may be repeated', () => {
    const plan = request({ profile: 'smoke', only: [only('size=1024'), only('variant=tcp,smc')] });
    expect(valuesOf(plan, 'size')).toEqual(new Set([1024]));
    expect(valuesOf(plan, 'variant')).toEqual(new Set(['tcp', 'smc']));
    expect(valuesOf(plan, 'clock')).toEqual(new Set(['virtual']));
    expect(valuesOf(plan, 'topology')).toEqual(new Set(['loopback']));
  });

  it('lifts no more of the profile than what it names', () => {
    const container = request({ profile: 'smoke', only: [only('topology=container')] });
    expect(valuesOf(container, 'topology')).toEqual(new Set(['container']));
    expect(valuesOf(container, 'clock')).toEqual(new Set(['virtual']));
    const wall = request({ profile: 'smoke', clock: 'wall' });
    expect(valuesOf(wall, 'clock')).toEqual(new Set(['wall']));
    expect(valuesOf(wall, 'size')).toEqual(new Set([1024]));
    const small = request({ only: [only('size=1')], clock: 'wall' });
    expect(valuesOf(small, 'size')).toEqual(new Set([1]));
    expect(valuesOf(small, 'idle')).toEqual(new Set(['poll']));
    const idle = request({ only: [only('idle=default')] });
    expect(valuesOf(idle, 'size')).toEqual(new Set([1024]));
  });

  it('lifts one restriction rather than two', () => {
    const wall: Matrix = { ...rr, clock: ['wall'], size: [64], headlineSizes: [], idle: ['poll'] };
    const later: Matrix = { ...rr, clock: ['virtual'], size: [64], from: 'quick' };
    const plan = request({ matrices: [wall, later], profile: 'smoke', only: [only('size=64')] });
    expect(valuesOf(plan, 'clock')).toEqual(new Set(['virtual']));
  });

  it('takes both clocks when both are requested', () => {
    expect(valuesOf(request({ profile: 'smoke', clock: 'both' }), 'clock')).toEqual(
      new Set(['virtual', 'wall']),
    );
    expect(valuesOf(request({ clock: 'virtual' }), 'clock')).toEqual(new Set(['virtual']));
  });

  it('refuses an unknown factor and lists the known ones', () => {
    const failure = usage(request({ only: [only('colour=red')] }));
    expect(failure.exitCode).toBe(2);
    expect(failure.message).toContain('colour');
    expect(failure.next).toBe(
      'factors of this experiment: variant, workload, topology, size, clock, kernel, test, idle',
    );
  });

  it('refuses an unknown value and lists the known ones', () => {
    const failure = usage(request({ only: [only('size=1024,77')] }));
    expect(failure.message).toContain('"77"');
    expect(failure.next).toBe('values of size: 1, 1024');
  });

  it('refuses a filter that leaves no cell', () => {
    const failure = usage(request({ only: [only('clock=wall')], clock: 'virtual' }));
    expect(failure.message).toContain('nothing is left');
  });
});

describe('twins', () => {
  it('runs a variant a second time under its own name', () => {
    const plan = request({ profile: 'smoke', twins: [{ of: 'tcp', kind: 'again' }], only: [only('size=1')] });
    const twin = samplesOf(plan).find(({ variant }) => variant === 'tcp.again');
    expect(twin).toMatchObject({ runs: 'tcp', twin: 'again' });
    expect(samplesOf(plan)).toHaveLength(4);
  });

  it('refuses a variant that is not measured', () => {
    expect(usage(request({ twins: [{ of: 'udp', kind: 'slow' }] })).next).toContain('tcp, smc, sockmap');
  });
});

describe('a range of boots', () => {
  const names = (boots: PlanRequest['boots']) =>
    planBoots(request({ profile: 'smoke', boots })).map(({ name }) => name);

  it('replaces the number of the profile, and a later one continues it', () => {
    expect(names({ from: 0, to: 3 })).toEqual(['virtual-0', 'virtual-1', 'virtual-2']);
    expect(names({ from: 3, to: 4 })).toEqual(['virtual-3']);
    const [third] = planBoots(request({ profile: 'smoke', boots: { from: 2, to: 3 } }));
    expect(third).toEqual(planBoots(request({ profile: 'smoke', boots: { from: 0, to: 3 } }))[2]);
  });

  it('does not grow', () => {
    expect(growBoots(request({ profile: 'paper' }), 5)).not.toEqual([]);
    expect(growBoots(request({ profile: 'paper', boots: { from: 0, to: 5 } }), 5)).toEqual([]);
  });
});

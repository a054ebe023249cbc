import { describe, expect, it } from 'vitest';
import { judgeClaim } from '../../../src/measure/judge.ts';
import type { PublishedClaim } from '../../../src/measure/published.ts';
import { summarise } from '../../../src/measure/summarise.ts';
import type { Cell, Profile, Ratio } from '../../../src/measure/summary.ts';
import { claim, point, sample, wall } from './made.ts';

const ratio = (lo: number, hi: number, changes: Partial<Ratio> = {}): Ratio => ({
  id: 'r',
  numerator: 'smc',
  denominator: 'tcp',
  params: point(),
  metric: 'rate',
  value: Math.sqrt(lo * hi),
  lo,
  hi,
  boots: 2,
  interval: 'range',
  ...changes,
});

const judge = (
  about: Partial<PublishedClaim>,
  ratios: Ratio[],
  profile: Profile = 'quick',
  cells: Cell[] = [],
) => judgeClaim(claim(about), { profile, kernel: 'default', cells, ratios, unavailable: [] });

describe('at-least', () => {
  it.each([
    [1.65, 1.7, 'exceeded'],
    [1.64, 1.7, 'reproduced'],
    [1.45, 1.6, 'reproduced'],
    [1.6, 1.6, 'reproduced'],
    [1.2, 1.43, 'not reproduced'],
    [1.4, 1.7, 'inconclusive'],
  ])('[%d, %d] of 1.6 is %s', (lo, hi, verdict) => {
    expect(judge({}, [ratio(lo, hi)])).toMatchObject({ verdict, measured: { lo, hi } });
  });
});

describe('about', () => {
  it.each([
    [1.45, 1.75, 'reproduced'],
    [1.7, 1.8, 'inconclusive'],
    [1.77, 1.78, 'exceeded'],
    [1.2, 1.3, 'not reproduced'],
  ])('[%d, %d] of 1.6 is %s', (lo, hi, verdict) => {
    expect(judge({ kind: 'about' }, [ratio(lo, hi)]).verdict).toBe(verdict);
  });

  it.each([
    [1.77, 'not reproduced'],
    [1.3, 'exceeded'],
  ])('%d us of 1.6 us is %s: a latency is better when it is lower', (value, verdict) => {
    const metric = 'latency_us_p50' as const;
    const about = { kind: 'about' as const, published: 1.6, ratio: undefined, cell: { metric }, where: {} };
    const samples = [0, 1].map((boot) => sample('tcp', boot, value, point(), metric));
    const { claims } = summarise({
      experiment: { name: 'netperf', matrices: [], baseline: 'tcp', ratios: [] },
      profile: 'quick',
      kernels: ['default'],
      claims: [claim(about as never)],
      samples,
      unavailable: [],
      warnings: [],
    });
    expect(claims[0]?.verdict).toBe(verdict);
  });
});

describe('why', () => {
  it('says how far, and on which side, the figure is from the published one', () => {
    expect(judge({ kind: 'about' }, [ratio(1.77, 1.78)]).why).toBe(
      '1.77, range ±0.28 % over 2 boots: 10.9 % above the published 1.6',
    );
    expect(judge({}, [ratio(1.2, 1.2)]).why).toContain('25 % below');
    expect(judge({}, [ratio(1.6, 1.6)]).why).toContain('equal to');
  });
});

describe('up-to', () => {
  it('is judged at its one cell', () => {
    expect(judge({ kind: 'up-to' }, [ratio(1.5, 1.6)]).verdict).toBe('reproduced');
  });

  it('is refused when several points match', () => {
    const both = [ratio(1.5, 1.6), ratio(1.5, 1.6, { params: point({ topology: 'container' }) })];
    expect(judge({ kind: 'up-to' }, both)).toMatchObject({ verdict: 'not measured', measured: null });
  });
});

describe('bar', () => {
  it.each([
    [1.6, 1.7, 'reproduced'],
    [1.59, 1.7, 'inconclusive'],
    [1.5, 1.59, 'not reproduced'],
  ])('[%d, %d] of 1.6 is %s: there is no tolerance', (lo, hi, verdict) => {
    expect(judge({ kind: 'bar' }, [ratio(lo, hi)]).verdict).toBe(verdict);
  });

  it('lies above what a cost may be', () => {
    const cost = { kind: 'bar', published: 1.003 } as const;
    const of = (lo: number, hi: number) => {
      const metric = 'instructions_per_txn' as const;
      const asked = { ...cost, ratio: { numerator: 'smc', denominator: 'tcp', metric } };
      return judge(asked, [ratio(lo, hi, { metric })]);
    };
    expect(of(0.99, 1.003).verdict).toBe('reproduced');
    expect(of(1, 1.01).verdict).toBe('inconclusive');
    expect(of(1.01, 1.01)).toMatchObject({
      verdict: 'not reproduced',
      why: expect.stringMatching(/above the bar 1\.003; --explain says where it goes$/),
    });
  });
});

describe('exactly', () => {
  const lost = (values: number[]) =>
    summarise({
      experiment: { name: 'cas', matrices: [], baseline: 'tcp', ratios: [] },
      profile: 'quick',
      kernels: ['default'],
      claims: [
        claim({
          kind: 'exactly',
          clock: 'wall',
          published: 0,
          ratio: undefined,
          cell: { metric: 'lost_updates' },
          where: {},
        } as never),
      ],
      samples: values.map((value, boot) => sample('tcp', boot, value, wall(), 'lost_updates')),
      unavailable: [],
      warnings: [],
    }).claims[0];

  it('holds when every sample does', () => {
    expect(lost([0, 0, 0])).toMatchObject({ verdict: 'reproduced', measured: { value: 0 } });
  });

  it('falls by its worst sample', () => {
    expect(lost([0, 0, 1])).toMatchObject({ verdict: 'not reproduced', measured: { value: 1 } });
  });
});

describe('what decides nothing', () => {
  it('a cell that is missing', () => {
    expect(judge({}, [])).toMatchObject({ verdict: 'not measured', measured: null });
  });

  it('a variant that was not available there, whatever it lacked elsewhere', () => {
    const stream = point({ test: 'stream', clock: 'wall', idle: 'poll' });
    const judged = (where: PublishedClaim['where']) =>
      judgeClaim(claim({ where }), {
        profile: 'quick',
        kernel: 'default',
        cells: [],
        ratios: [],
        unavailable: [{ variant: 'smc', params: stream, why: 'its sends come back short' }],
      });
    expect(judged({ test: 'stream', size: 1024 }).why).toBe(
      'smc was not available: its sends come back short',
    );
    expect(judged({ test: 'rr', size: 1024 }).why).toBe('this run has no such cell on the virtual clock');
  });

  it('the other clock', () => {
    expect(judge({}, [ratio(1.6, 1.6, { params: wall() })]).verdict).toBe('not measured');
  });

  it('another kernel than the reference', () => {
    expect(judge({}, [ratio(1.6, 1.6, { params: point({ kernel: 'b' }) })]).verdict).toBe('not measured');
  });

  it('a serialised basis', () => {
    const result = judge({}, [ratio(1.6, 1.6, { basis: 'serialised' })]);
    expect(result.verdict).toBe('not measured');
    expect(result.why).toContain('take turns');
  });

  it('the smoke profile', () => {
    const result = judge({}, [ratio(1.77, 1.77)], 'smoke');
    expect(result).toMatchObject({ verdict: 'not measured', measured: null });
    expect(result.why).toContain('1.77');
  });
});

describe('a claim on several points', () => {
  it('is as good as the worst of them', () => {
    const points = [ratio(2, 2), ratio(1, 1, { params: point({ topology: 'container' }) }), ratio(1.5, 1.5)];
    const result = judge({}, points);
    expect(result).toMatchObject({ verdict: 'not reproduced', measured: { value: 1 } });
    expect(result.why).toContain('worst of 3 points');
    expect(judge({}, points.slice(0, 2)).why).toContain('worst of 2 points');
  });

  it('takes the lowest figure as the worst unless it is a bar, for a cost too', () => {
    const metric = 'instructions_per_txn' as const;
    const spec = { numerator: 'smc', denominator: 'tcp', metric };
    const points = [1.62, 1.58].map((value) => ratio(value, value, { metric }));
    expect(judge({ kind: 'about', ratio: spec }, points).measured?.value).toBeCloseTo(1.58, 10);
    expect(judge({ kind: 'bar', ratio: spec }, points).measured?.value).toBeCloseTo(1.62, 10);
  });
});

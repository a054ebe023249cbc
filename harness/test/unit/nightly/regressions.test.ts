import { describe, expect, it, test } from 'vitest';
import { parseArguments } from '../../../src/cli/arguments.ts';
import { experimentOptions } from '../../../src/cli/experiment-request.ts';
import { experiments } from '../../../src/experiment/index.ts';
import netperf from '../../../src/experiment/netperf.ts';
import { planBoots } from '../../../src/measure/plan.ts';
import { copiedVariant } from '../../../src/nightly/baseline.ts';
import { bisectCommand } from '../../../src/nightly/bisect-command.ts';
import { regressions } from '../../../src/nightly/regressions.ts';
import { acceptedSchema } from '../../../src/store/accepted.ts';
import type { HistoryEntry, Series } from '../../../src/store/history.ts';
import type { Params } from '../../../src/workload/sample.ts';
import { point } from '../measure/made.ts';

const commitOf = (night: number) => `${night}`.padStart(2, '0').repeat(20);

const series = (
  variant: string,
  values: readonly number[],
  params: Params = point({ test: 'rr' }),
): Series => ({
  name: `${variant} ${params['test']}`,
  entries: values.map(
    (median, night): HistoryEntry => ({
      at: '2026-01-01T00:00:00.000Z',
      commit: commitOf(night),
      run: `r${night}`,
      testbedId: 't',
      experiment: 'netperf',
      ...{ variant, params, metric: 'rate', median, lo: median, hi: median, boots: 2 },
    }),
  ),
});

const nights = (...levels: [level: number, count: number][]) =>
  levels.flatMap(([level, count]) => Array<number>(count).fill(level));
const fallen = nights([40_000, 30], [38_000, 10]);

const found = (history: Series[], accepted: object[] = []) =>
  regressions(history, new Map(), acceptedSchema.parse({ changes: accepted }).changes, netperf.matrices);

describe('regressions', () => {
  it('are reported in later nights, as long as they exist', () => {
    const [first, ...more] = found([series('tcp', fallen), series('smc', nights([40_000, 40]))]);
    expect(more).toEqual([]);
    expect(first?.firstAfter.commit).toBe(commitOf(30));
  });

  it('exclude gains, twins, and cells that the virtual clock cannot judge', () => {
    expect(found([series('tcp', nights([38_000, 30], [40_000, 10]))])).toEqual([]);
    expect(found([series('tcp.again', fallen)])).toEqual([]);
    expect(found([series('tcp', fallen, point({ test: 'stream' }))])).toEqual([]);
  });

  const change = { commit: commitOf(30), experiment: 'netperf', where: {}, why: 'it had to be' };

  it('are not reported once accepted, for the accepted cells', () => {
    const history = [series('tcp', fallen), series('smc', fallen)];
    expect(found(history, [change])).toEqual([]);
    expect(found(history, [{ ...change, variant: 'smc' }]).map(({ cell }) => cell)).toEqual(['tcp rr']);
    expect(found(history, [{ ...change, where: { size: 64 } }])).toHaveLength(2);
    expect(found(history, [{ ...change, experiment: 'redis' }])).toHaveLength(2);
  });

  it('are reported again when they follow an accepted level', () => {
    const again = series('tcp', nights([40_000, 5], [38_000, 30], [36_000, 10]));
    const [next] = found([again], [{ ...change, commit: commitOf(5).slice(0, 12) }]);
    expect(next).toMatchObject({ before: 38_000, after: 36_000 });
  });
});

describe('a loss', () => {
  it('has a command for git bisect that measures its cell and no other', async () => {
    const [suspect] = found([series('tcp', fallen)]);
    if (suspect === undefined) throw new Error('nothing was found');
    const text = bisectCommand(suspect);
    expect(text).toContain(
      `git bisect start ${commitOf(30)} ${commitOf(29)} && git bisect run npm run --silent bisect -- `,
    );
    const line = /bisect -- (.*)$/.exec(text)?.[1] ?? '';
    const { flags, given, operands } = parseArguments('bisect', line.split(' '));
    expect(flags).toMatchObject({ metric: 'rate', good: 40_000, bad: 38_000 });
    const only = given.flatMap(({ name, text }) => (name === 'only' ? ['--only', `${text}`] : []));
    const { experiment, request } = experimentOptions(
      parseArguments('experiment', [...operands, ...only, '--clock', 'virtual']),
      '/',
      await experiments(),
    );
    const steps = planBoots({ ...request, matrices: experiment.matrices }).flatMap((boot) => boot.steps);
    const cells = new Set(steps.map(({ variant, params }) => JSON.stringify([variant, params])));
    expect([...cells].map((cell) => JSON.parse(cell))).toEqual([['tcp', suspect.firstAfter.params]]);
  });
});

test('copiedVariant gives every variant its night, the same one for the same date', () => {
  const week = Array.from({ length: 40 }, (_, day) =>
    copiedVariant(netperf, new Date(Date.UTC(2026, 0, 1 + day))),
  );
  expect(new Set(week)).toContain('tcp');
  expect(new Set(week)).toContain('splice-poll');
  expect(copiedVariant(netperf, new Date('2026-01-05T01:00:00Z'))).toBe(
    copiedVariant(netperf, new Date('2026-01-05T23:00:00Z')),
  );
});

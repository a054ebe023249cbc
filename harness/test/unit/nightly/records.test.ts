import { describe, expect, it, vi } from 'vitest';
import { toldRecord } from '../../../src/nightly/record-text.ts';
import type { RegressionRecord } from '../../../src/store/regressions.ts';
import { commitOf, type Made, play } from './made-nights.ts';

vi.setConfig({ testTimeout: 60_000 });

const nights = (...levels: [level: number, count: number][]) =>
  levels.flatMap(([level, count]) => Array<number>(count).fill(level));

const quiet = (count: number) => nights([70_000, count]);

const confirming: Made['proved'] = (record) =>
  record.state === 'suspected' ? { ...record, state: 'confirmed' } : record;

const states = (records: readonly RegressionRecord[]) => records.map(({ state }) => state);

describe('records of regressions', () => {
  it('begin in the first night of a loss of 5 %, with the right range', () => {
    const [before, after] = play({ splice: nights([40_000, 20], [38_000, 1]), smc: quiet(21) }).slice(-2);
    expect(before?.records).toEqual([]);
    expect(after?.records).toMatchObject([
      { state: 'suspected', lastGood: commitOf(19), firstBad: commitOf(20), cells: [{ cell: 'splice' }] },
    ]);
    expect(after?.records[0]?.bisect).toContain(`git bisect start ${commitOf(20)} ${commitOf(19)}`);
  });

  it('tell a loss that follows a gain that nobody accepted', () => {
    const last = play({ splice: [100, 120, 114] }).at(-1);
    expect(last?.records).toMatchObject([{ lastGood: commitOf(1), firstBad: commitOf(2) }]);
  });

  it('are two for two drops', () => {
    const last = play({ splice: nights([100, 10], [95, 10], [90, 10]) }).at(-1);
    expect(last?.records.map(({ firstBad }) => firstBad)).toEqual([commitOf(10), commitOf(20)]);
  });

  it('are one for all cells of a commit, the largest loss first', () => {
    const last = play({
      'splice 1': nights([100, 10], [98, 2]),
      'splice 1024': nights([100, 10], [90, 2]),
      'splice 64': nights([100, 10], [95, 2]),
      smc: quiet(12),
    }).at(-1);
    expect(last?.records).toHaveLength(1);
    expect(last?.records[0]?.cells.map(({ cell }) => cell)).toEqual(['splice 1024', 'splice 64', 'splice 1']);
  });

  it('keep one id and their levels for 200 nights without a fix, and are told in each', () => {
    const played = play({ splice: nights([100, 10], [95, 200]) }, { proved: confirming }).slice(10);
    expect(played).toHaveLength(200);
    const ids = new Set(played.flatMap(({ records }) => records.map(({ id }) => id)));
    expect(ids.size).toBe(1);
    for (const { records } of played)
      expect(records).toMatchObject([{ state: 'confirmed', cells: [{ before: 100, after: 95 }] }]);
    // Only what changes is written.
    expect(played.filter(({ changed }) => changed.length > 0)).toHaveLength(1);
  });

  it('take in a cell whose loss is told later, if the commit is the same', () => {
    const change = { commit: commitOf(10), experiment: 'netperf', where: { size: 64 }, why: 'for a while' };
    const accepted = (night: number) => (night < 12 ? [change] : []);
    const lost = nights([100, 10], [95, 3]);
    const last = play({ 'splice 1': lost, 'splice 64': lost }, { accepted }).at(-1);
    expect(last?.records.map(({ cells }) => cells.map(({ cell }) => cell).sort())).toEqual([
      ['splice 1', 'splice 64'],
    ]);
  });

  it('stay one when the search for slow changes moves to another commit', () => {
    const moved: Made['proved'] = (record) => ({ ...record, firstBad: 'a commit nearby' });
    const [first, ...later] = play({ splice: nights([100, 10], [95, 3]) }, { proved: moved }).slice(10);
    expect(first?.changed.map(({ firstBad }) => firstBad)).toEqual(['a commit nearby']);
    expect(later.flatMap(({ changed }) => changed)).toEqual([]);
  });

  it('are fixed by the commit that brings the level back', () => {
    const last = play({ splice: nights([100, 10], [95, 5], [100, 2]) }, { proved: confirming }).at(-1);
    expect(last?.records).toMatchObject([{ state: 'fixed', fixedBy: commitOf(15) }]);
  });

  it('are accepted by the file in git, and a further loss is a new one', () => {
    const change = { commit: commitOf(10), experiment: 'netperf', where: {}, why: 'it had to be' };
    const values = { splice: nights([100, 10], [95, 5], [90, 1]) };
    const accepted = play(values, { accepted: () => [change] });
    expect(accepted.slice(0, -1).flatMap(({ records }) => records)).toEqual([]);
    expect(accepted.at(-1)?.records).toMatchObject([{ state: 'suspected', firstBad: commitOf(15) }]);
  });

  it('that were open become accepted, not fixed', () => {
    const change = { commit: commitOf(10), experiment: 'netperf', where: {}, why: 'it had to be' };
    const accepted = (night: number) => (night < 13 ? [] : [change]);
    const played = play({ splice: nights([100, 10], [95, 4]) }, { accepted });
    expect(played.slice(10).map(({ records }) => states(records)[0])).toEqual([
      'suspected',
      'suspected',
      'suspected',
      'accepted',
    ]);
  });

  it('begin for no move between nights that ran the same bytes: that is about the testbed', () => {
    const last = play({ splice: nights([100, 10], [95, 1]) }, { made: () => 'the same' }).at(-1);
    expect(last?.records).toEqual([]);
    expect(last?.ofTestbed).toMatchObject([{ cell: 'splice' }]);
  });

  it('say what was lost, why it is believed, and what to do', () => {
    const [record] = play({ splice: nights([100, 10], [95, 1]) }).at(-1)?.records ?? [];
    if (record === undefined) throw new Error('nothing was found');
    const proof = {
      confirmed: true,
      why: 'bad over good is 0.9500 to 0.9500 and 0.9501 to 0.9502, beyond 0.20 %',
      runs: [{ run: 'r', command: 'npm run experiment netperf -- --kernel good=commit:a' }],
      ratios: [],
      symbols: [{ symbol: 'splice_sendmsg', good: 100, bad: 220 }],
    };
    const text = toldRecord({ ...record, state: 'confirmed', proof });
    expect(text).toContain('splice changed by -5.00 %');
    expect(text).toContain(proof.why);
    expect(text).toContain('splice_sendmsg 100 to 220');
    expect(text).toContain('npm run experiment netperf -- --kernel good=commit:a');
    expect(text).toContain('git bisect start');
    expect(toldRecord({ ...record, state: 'confirmed', proof, culprit: 'abc' })).toContain('caused by abc');
  });
});

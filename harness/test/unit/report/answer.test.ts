import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import netperf from '../../../src/experiment/netperf.ts';
import { checkoutRoot } from '../../../src/host/cache.ts';
import { answerOf } from '../../../src/report/answer.ts';
import { inReadingOrder } from '../../../src/report/order.ts';
import { readSummary } from '../../../src/store/read-run.ts';
import { fixtureFacts as facts } from '../../fixtures/summary/facts.ts';

const summary = inReadingOrder(await readSummary(join(checkoutRoot(), 'results/reference/netperf')));
const { answer } = netperf;
const tell = (changes: Partial<typeof summary> = {}, of = answer) =>
  answerOf(of, { ...summary, ...changes }, facts);

describe('answerOf', () => {
  test("tells the experiment's sentence, and what stands behind it", () => {
    expect(tell()).toEqual({
      sentence: expect.stringMatching(
        /^1 KB request-response: splice 2\.\d\d×, with busy poll 7\.\d\d× tcp$/,
      ),
      behind: expect.stringMatching(
        /^virtual clock \(1 instruction = 1 ns\) · 2 boots, ±0\.0\d %(?: and ±0\.0\d %)?$/,
      ),
    });
  });

  test('leaves out what the run did not measure', () => {
    const ratios = summary.ratios.filter(({ numerator }) => numerator !== 'splice-poll');
    expect(tell({ ratios }).sentence).toMatch(/^1 KB request-response: splice 2\.\d\d× tcp$/);
  });

  test('says that a smoke run has no interval and decides nothing', () => {
    const ratios = summary.ratios.map((ratio) => ({ ...ratio, boots: 1 }));
    const { behind } = tell({ ratios, profile: 'smoke' });
    expect(behind).toContain(
      'one boot, so no interval · a smoke run checks the plumbing and decides nothing',
    );
  });

  test('prefers a figure that decides to a serialised one, and says when it has only that', () => {
    const serialised = summary.ratios.map((ratio) => ({ ...ratio, value: 9, basis: 'serialised' as const }));
    expect(tell({ ratios: [...serialised, ...summary.ratios] }).sentence).toMatch(/splice 2\.\d\d×/);
    const { sentence, behind } = tell({ ratios: serialised });
    expect(sentence).toContain('splice 9.00×');
    expect(behind).toContain('take turns on this clock, so this explains and does not decide');
  });

  test('has cells too, and three decimals for a ratio near 1', () => {
    const cells = {
      ...answer,
      metric: 'instructions_per_txn',
      says: [{ text: 'splice {splice}' }],
      end: 'instructions',
    };
    expect(tell({}, cells as typeof answer).sentence).toBe(
      '1 KB request-response: splice 11.0k instructions',
    );
    const ratios = summary.ratios.map((ratio) => ({ ...ratio, value: 1.0031 }));
    expect(tell({ ratios }).sentence).toContain('splice 1.003×');
  });

  test('falls back to the largest ratio, then to a cell, then says that there is nothing', () => {
    const ratios = summary.ratios.filter(({ numerator, params }) => numerator === 'smc' && params.size === 1);
    expect(tell({ ratios }).sentence).toMatch(
      /^\w+ · rr · \w+ · 1 B · virtual: smc [\d.]+× tcp \(.*\), the largest ratio$/,
    );
    expect(tell({ ratios: [] }).sentence).toMatch(/^tcp: [\d.]+k 1\/s$/);
    expect(tell({ ratios: [], cells: [] }).sentence).toBe('This run has no cells.');
  });
});

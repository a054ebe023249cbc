import { describe, expect, test } from 'vitest';
import { terminalReport } from '../../../src/report/terminal.ts';
import { fixtureFacts as facts } from '../../fixtures/summary/facts.ts';
import { quickSummary } from '../../fixtures/summary/quick.ts';

const widest = (text: string) => Math.max(...text.split('\n').map((line) => [...line].length));

test.each([30, 44, 45, 48, 63, 64, 79, 80, 100])('%i columns are enough', (columns) => {
  expect(widest(terminalReport(quickSummary(), facts, { columns }))).toBeLessThanOrEqual(columns);
});

test('long names do not break the table', () => {
  const summary = quickSummary();
  const cells = summary.cells.map((cell) => ({ ...cell, variant: `${cell.variant}-${'x'.repeat(60)}` }));
  const ratios = summary.ratios.map((ratio) => ({
    ...ratio,
    numerator: `${ratio.numerator}-${'x'.repeat(60)}`,
  }));
  expect(widest(terminalReport({ ...summary, cells, ratios }, facts))).toBeLessThanOrEqual(80);
});

test('a row has size, variant, median, bar, ratio and interval', () => {
  const text = terminalReport(quickSummary(), facts);
  expect(text).toMatch(/^ +1 KB {2}smc +67\.6k {2}█+ +1\.77× {2}±0\.11 %$/m);
});

test('bars compare the variants at one size', () => {
  const lines = terminalReport(quickSummary(), facts).split('\n');
  const bar = (variant: string) =>
    /█+/.exec(lines.find((line) => line.includes(`1 KB  ${variant} `)) ?? '')?.[0].length ?? 0;
  expect(bar('smc')).toBe(14);
  expect(bar('tcp')).toBeGreaterThan(6);
  expect(bar('tcp')).toBeLessThan(9);
});

test('a narrow terminal loses the bars first, then intervals, then ratios', () => {
  const at = (columns: number) => terminalReport(quickSummary(), facts, { columns });
  expect(at(79)).not.toContain('█');
  expect(at(79)).toContain('1.77×  ±0.11 %');
  expect(at(60)).toContain('1.77×');
  expect(at(60)).not.toMatch(/1\.77× {2}\[/);
  expect(at(40)).toContain('67.6k');
});

test('the report has verdicts, absences, proofs and warnings', () => {
  const text = terminalReport(quickSummary(), facts);
  expect(text).toContain('EXCEEDED smc-loopback-rr-1024 (virtual): at-least 1.60, measured 1.77');
  expect(text).toContain('NOT MEASURED this kernel has no bpf_sock_splice_pair:');
  expect(text).toContain('splice, splice-poll, onecopy: this kernel has no bpf_sock_splice_pair');
  expect(text).toMatch(/\d+ proofs of mechanism, none failed/);
  expect(text).toContain('load average 1.8');
  expect(text).toContain('Emulated CPUs');
});

test('a failed proof is loud', () => {
  const summary = quickSummary();
  const proofs = summary.proofs.map((proof, at) =>
    at === 0 ? { ...proof, ok: false, observed: 'no SMC-D' } : proof,
  );
  const text = terminalReport({ ...summary, proofs }, facts);
  expect(text).toMatch(/1 of \d+ proofs of mechanism FAILED/);
  expect(text.replaceAll(/\s+/g, ' ')).toContain('observed no SMC-D');
});

test('kernels are compared', () => {
  const summary = quickSummary();
  const [first] = summary.ratios;
  if (first === undefined) throw new Error('the fixture has ratios');
  const params = { ...first.params, variant: 'tcp', kernel: 'b' };
  const kernels = {
    ...first,
    id: 'b/a',
    numerator: 'b',
    denominator: 'a',
    params,
    comparison: 'equivalent' as const,
  };
  const text = terminalReport({ ...summary, ratios: [...summary.ratios, kernels] }, facts);
  expect(text).toContain('b over a · netperf');
  expect(text).toMatch(/1 B {2}tcp .*equivalent/);
});

describe('colour', () => {
  const grey = '\u001b[90m';
  test('is off unless asked for', () =>
    expect(terminalReport(quickSummary(), facts)).not.toContain('\u001b'));
  test('greys absolute numbers of emulated CPUs', () =>
    expect(terminalReport(quickSummary(), facts, { color: true })).toContain(`${grey}67.6k`));
  test('leaves those of KVM alone', () => {
    const summary = quickSummary();
    const cells = summary.cells.filter(({ params }) => params.clock === 'wall');
    const text = terminalReport({ ...summary, cells }, { ...facts, accelerator: 'kvm' }, { color: true });
    expect(text).not.toContain(grey);
    expect(text).not.toContain('Emulated');
  });
});

test('no name moves the cursor', () => {
  const summary = quickSummary();
  const cells = summary.cells.map((cell) => ({ ...cell, variant: `\u001b[2J${cell.variant}\r\n` }));
  const text = terminalReport({ ...summary, cells, warnings: ['\u001b]0;title\u0007'] }, facts);
  expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
});

test('the report of an empty run is short', () => {
  const empty = {
    ...quickSummary(),
    cells: [],
    ratios: [],
    claims: [],
    proofs: [],
    unavailable: [],
    warnings: [],
  };
  expect(terminalReport(empty, facts).trimEnd().split('\n')).toHaveLength(2);
});

test('one boot has no interval', () => {
  const summary = quickSummary();
  const cells = summary.cells.slice(0, 1).map((cell) => ({ ...cell, boots: 1, samples: 1 }));
  expect(terminalReport({ ...summary, cells }, facts)).toContain('1 boot × 1 sample · no interval: one boot');
});

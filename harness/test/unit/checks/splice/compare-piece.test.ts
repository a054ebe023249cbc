import { expect, test } from 'vitest';
import { type Carrier, comparePiece, type RunTests } from '../../../../src/checks/splice/compare-piece.ts';

/** Runs in which each listed test fails; all of the first run come with bytes if they are over the splice. */
function runs(failing: Record<Carrier, readonly (readonly string[])[]>): RunTests {
  const at = { tcp: 0, splice: 0 };
  return async (over, tests) => {
    const fails = failing[over][at[over]++] ?? [];
    const names = tests.length === 0 ? ['a', 'b', 'c'] : tests;
    const outcomes = new Map(
      names.map((name) => [name, fails.includes(name) ? 'failed' : 'passed'] as const),
    );
    return { outcomes, ringBytes: over === 'splice' ? 100 : 0, timedOut: false };
  };
}

test('comparePiece finds nothing when the same tests fail over both', async () => {
  const { findings, observed } = await comparePiece(runs({ tcp: [['b']], splice: [['b']] }));
  expect(findings).toEqual([]);
  expect(observed).toEqual(['2 tests pass in both, 100 bytes through rings', 'fail in both: b']);
});

test('a test that fails over the splice again, and never over TCP, is a finding', async () => {
  const { findings } = await comparePiece(runs({ tcp: [], splice: [['a', 'b'], [], ['b'], ['b']] }));
  expect(findings).toEqual(['b passes over TCP and fails over the splice, and alone in 2 of 5 runs']);
});

test('a test that does not fail again, or fails over TCP too, is said and is no finding', async () => {
  const { findings, observed } = await comparePiece(runs({ tcp: [[], ['b']], splice: [['a', 'b'], ['b']] }));
  expect(findings).toEqual([]);
  expect(observed.slice(1)).toEqual([
    'a failed once over the splice, alone in 0 of 5 runs, over TCP in 0',
    'b failed once over the splice, alone in 1 of 5 runs, over TCP in 1',
  ]);
});

test('a run that shows nothing is a finding: bytes in rings over TCP, none over the splice, no test that passes', async () => {
  const outcomes = new Map([['a', 'failed'] as const]);
  const { findings } = await comparePiece(async (over) => ({
    ...{ outcomes, ringBytes: over === 'tcp' ? 5 : 0, timedOut: false },
  }));
  expect(findings).toEqual([
    'over TCP 5 bytes went through rings',
    'nothing went through rings',
    'no test passes',
  ]);
});

test.each([
  ['tcp', 'over TCP'],
  ['splice', 'over the splice'],
])('a run over %s that its time limit ends is a finding', async (late, where) => {
  const outcomes = new Map([['a', 'passed'] as const]);
  const { findings } = await comparePiece(async (over) => ({
    ...{ outcomes, ringBytes: over === 'tcp' ? 0 : 5, timedOut: over === late },
  }));
  expect(findings).toEqual([`${where} it does not end in time`]);
});

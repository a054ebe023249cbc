import { expect, test } from 'vitest';
import { compareOutcomes, type TestOutcome } from '../../../../src/checks/splice/outcomes.ts';

const outcomes = (of: Record<string, TestOutcome>) => new Map(Object.entries(of));

test('a test is lost when it passed over TCP, and failed, was skipped or did not run over the splice', () => {
  const plain = outcomes({ same: 'passed', fails: 'passed', skips: 'passed', absent: 'passed' });
  const spliced = outcomes({ same: 'passed', fails: 'failed', skips: 'skipped' });
  expect(compareOutcomes(plain, spliced)).toEqual({
    passed: ['same'],
    lost: ['fails', 'skips', 'absent'],
    failedInBoth: [],
  });
});

test('a test that failed over TCP is never lost', () => {
  const plain = outcomes({ both: 'failed', absent: 'failed', better: 'failed', skipped: 'skipped' });
  const spliced = outcomes({ both: 'failed', better: 'passed', skipped: 'failed' });
  expect(compareOutcomes(plain, spliced)).toEqual({
    passed: [],
    lost: [],
    failedInBoth: ['both', 'absent'],
  });
});

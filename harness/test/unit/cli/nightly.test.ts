import { expect, test } from 'vitest';
import { together } from '../../../src/checks/part-result.ts';
import { parseArguments } from '../../../src/cli/arguments.ts';
import { figuresText } from '../../../src/cli/nightly.ts';
import { parts } from '../../../src/nightly/parts.ts';

test('figures are printed a line each, a table below its name', () => {
  const text = figuresText('fabric', { 'seconds of fuzzing': 300, '2 hosts on shm': 'mp  10\nsb  20\n' });
  expect(text).toBe('fabric: seconds of fuzzing: 300\nfabric: 2 hosts on shm:\nmp  10\nsb  20\n');
});

test('what several checks found is one result', () => {
  const results = [
    { findings: ['a is wrong'], figures: { a: 1 } },
    { findings: [], figures: { b: 'two' } },
  ];
  expect(together(results)).toEqual({ findings: ['a is wrong'], figures: { a: 1, b: 'two' } });
  expect(together([])).toEqual({ findings: [], figures: {} });
});

test('parts have names of their own, and say how long they take', () => {
  expect(new Set(parts.map(({ part }) => part)).size).toBe(parts.length);
  for (const { minutes, about } of parts) {
    expect(minutes).toBeGreaterThan(0);
    expect(about).toMatch(/\w/);
  }
});

test.each([
  ['a budget', ['--budget', '1h30m'], { budget: 90 }],
  ['several parts', ['--part', 'baseline', '--part', 'splice'], { part: ['baseline', 'splice'] }],
  [
    'a range',
    ['--backfill', 'HEAD~3..HEAD', '--steps', '2'],
    { backfill: { after: 'HEAD~3', upTo: 'HEAD' }, steps: 2 },
  ],
  ['a shard', ['--shard', '2/3'], { shard: { index: 2, of: 3 } }],
])('a night takes %s', (_, argv, flags) => {
  expect(parseArguments('nightly', argv).flags).toMatchObject(flags);
});

test.each([
  ['no time', ['--budget', '0h'], /--budget to be a time above 0/],
  ['a number without a unit', ['--budget', '40'], /--budget to be a time such as 5h/],
  ['half a range', ['--backfill', 'HEAD'], /--backfill to be A\.\.B, two commits/],
  ['an option for git', ['--backfill=--all..HEAD'], /--backfill to be A\.\.B, two commits/],
])('a night refuses %s', (_, argv, message) => {
  expect(() => parseArguments('nightly', argv)).toThrow(message);
});

import { expect, test } from 'vitest';
import { slowest } from '../../../src/cli/slowest.ts';

test('slowest() names the slowest files first, and no more than asked for', () => {
  const times = [
    { file: 'quick', ms: 40 },
    { file: 'slow', ms: 61_250 },
    { file: 'middling', ms: 9000 },
  ];
  expect(slowest(times, 2)).toBe('slowest test files:\n    61.3 s  slow\n     9.0 s  middling\n');
});

test('slowest() says nothing when no test file ran', () => {
  expect(slowest([])).toBe('');
});

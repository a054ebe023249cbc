import { expect, test } from 'vitest';
import { together } from '../../../src/checks/part-result.ts';
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

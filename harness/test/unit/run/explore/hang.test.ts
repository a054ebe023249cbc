import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchForHang } from '../../../../src/run/explore/hang.ts';

const turns = (rounds: number, ns: number) => ({ rounds, ns, seed: 1, slices: 1, hash: '' });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a round does not end when a minute and 20 ms of the virtual clock pass without a barrier', () => {
  const hangs = watchForHang();
  expect(hangs(turns(4, 5e9))).toBe(false);
  vi.advanceTimersByTime(61_000);
  expect(hangs(turns(4, 5.1e9))).toBe(true);
  expect(hangs(turns(5, 5.2e9))).toBe(false);
});

test('a round goes on while the virtual clock of a slow or stopped machine has not moved on', () => {
  const hangs = watchForHang();
  expect(hangs(turns(4, 5e9))).toBe(false);
  vi.advanceTimersByTime(3_600_000);
  expect(hangs(turns(4, 5.001e9))).toBe(false);
});

test('hosts that come to no barrier within 15 s of the virtual clock do not come to one, however long they boot', () => {
  const hangs = watchForHang();
  vi.advanceTimersByTime(3_600_000);
  expect(hangs(turns(0, 14e9))).toBe(false);
  expect(hangs(turns(0, 16e9))).toBe(true);
});

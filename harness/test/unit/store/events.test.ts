import { expect, test } from 'vitest';
import { elapsedMs } from '../../../src/store/events.ts';

test('elapsedMs adds up the sessions, without the time between them and without a clock that goes back', () => {
  const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
  expect(
    elapsedMs([
      { event: 'session', at: at(0) },
      { event: 'warning', at: at(5), text: '' },
      { event: 'warning', at: at(3), text: '' },
      { event: 'session', at: at(30) },
      { event: 'warning', at: at(34), text: '' },
    ]),
  ).toBe(9000);
});

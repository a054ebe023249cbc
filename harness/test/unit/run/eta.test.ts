import { expect, test } from 'vitest';
import type { ProgressEvent } from '../../../src/host/progress.ts';
import { etaOf } from '../../../src/run/eta.ts';
import { boot } from '../store/made.ts';

test('etaOf counts a step when its boot begins the next one or ends, with other boots in parallel', () => {
  const events: ProgressEvent[] = [];
  const [first, second] = [
    { ...boot, name: 'a' },
    { ...boot, name: 'b' },
  ];
  const [one, two] = boot.steps as [(typeof boot.steps)[number], (typeof boot.steps)[number]];
  const eta = etaOf([first, second], (event) => events.push(event));
  eta.bootBegins(first);
  eta.stepBegins(first, one);
  eta.bootBegins(second);
  eta.stepBegins(second, one);
  eta.stepBegins(first, two);
  eta.bootEnded(first);
  eta.stepBegins(second, two);
  expect(events.map(({ done }) => done)).toEqual([0, 0, 0, 0, 1, 3]);
  expect(new Set(events.map(({ of }) => of))).toEqual(new Set([2 * boot.steps.length]));
  expect(events.map(({ leftMs }) => leftMs !== undefined)).toEqual([false, false, false, false, true, true]);
});

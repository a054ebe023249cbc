import { beforeAll, expect, test } from 'vitest';
import { type Outcome, scene } from './scene.ts';

/** In how many seeds each is looked for. */
const planted = {
  'message --broken unflushed': 20,
  'message --broken stale-read': 20,
  'message --broken early-flag': 200,
  'tally --broken neighbours': 50,
  'tally --broken locked': 50,
};
const right = { message: 500, tally: 250, 'tally --faults kill': 100 };

const sweeps = [planted, right]
  .flatMap(Object.entries)
  .map(([form, seeds]) => `zerohop-structures --structure ${form} --seeds 1:${seeds} --quantum 100 --ops 20`);
const request = {
  commands: ['zerohop-access-time', ...sweeps],
  memory: { storeBuffer: 0, farNs: 250, nonCoherent: true },
};
let outcome: Outcome;

beforeAll(async () => {
  outcome = await scene(request);
});

test('without coherence what is not flushed is found, and what is flushed is not wrong', () => {
  const [times, ...lines] = outcome.said;
  // A line that a host has costs nothing; one that is fetched or written back does.
  expect(times).toEqual({ loads: 0, stores: 0, locked: 0, flushed: 3500 });
  const failed = lines.flatMap((line) => (line['failed'] === undefined ? [] : [Number(line['failed'])]));
  expect(failed).toHaveLength(sweeps.length);
  expect(failed.slice(-3)).toEqual([0, 0, 0]);
  for (const count of failed.slice(0, -3)) expect(count).toBeGreaterThan(0);
});

test('two runs without coherence are the same to the bit', async () => {
  expect(await scene(request)).toEqual(outcome);
});

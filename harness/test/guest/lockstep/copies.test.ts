import { expect, test } from 'vitest';
import { scene } from './scene.ts';

/** In how many seeds each is looked for. */
const planted = {
  'message --broken unflushed': 20,
  'message --broken stale-read': 20,
  'message --broken early-flag': 200,
  'tally --broken neighbours': 50,
  'tally --broken locked': 50,
};
const right = { message: 1000, tally: 500, 'tally --faults kill': 200 };

test('without coherence what is not flushed is found, what is flushed is not wrong, and a seed repeats it', async () => {
  const sweep = ([form, seeds]: [string, number]) =>
    `zerohop-structures --structure ${form} --seeds 1:${seeds} --quantum 100 --ops 20`;
  const sweeps = [planted, right].flatMap(Object.entries).map(sweep);
  const request = {
    commands: ['zerohop-access-time', ...sweeps],
    memory: { storeBuffer: 0, farNs: 250, nonCoherent: true },
  };
  const outcome = await scene(request);
  const [times, ...lines] = outcome.said;
  // A line that a host has costs nothing; one that is fetched or written back does.
  expect(times).toEqual({ loads: 0, stores: 0, locked: 0, flushed: 3500 });
  const failed = lines.flatMap((line) => (line['failed'] === undefined ? [] : [Number(line['failed'])]));
  expect(failed.slice(-3)).toEqual([0, 0, 0]);
  expect(failed).toHaveLength(sweeps.length);
  for (const count of failed.slice(0, -3)) expect(count).toBeGreaterThan(0);
  expect(await scene(request)).toEqual(outcome);
});

import { expect, test } from 'vitest';
import { parseArguments } from '../../../src/cli/arguments.ts';
import { replayCommand, replayText, sweepText } from '../../../src/cli/explore-text.ts';
import type { Replay } from '../../../src/run/explore/replay.ts';

const request = { seeds: { first: 1, last: 2000 } };
const asked = parseArguments('explore', [
  ...['--seeds', '1:2000', '--distribution', 'pct', '--non-coherent', '--faults', 'kill'],
  ...['--', 'zerohop-structures', '--broken', "o'k"],
]);

test('the replay line repeats what was asked for, with the seed', () => {
  expect(replayCommand(asked)(7)).toBe(
    "npm run explore -- --seeds 1:2000 --distribution pct --non-coherent --faults kill --replay 7 -- zerohop-structures --broken 'o'\\''k'",
  );
});

test('a sweep names its failing seeds and replays the one with the fewest turns', () => {
  const failing = [
    { seed: 3, wrong: 2, turns: 40 },
    { seed: 9, wrong: 1, turns: 12 },
  ];
  const { text, failed } = sweepText({ failing, hung: undefined }, request, (seed) => `again ${seed}`);
  expect(failed).toBe(true);
  expect(text).toBe(
    'seed 3: 2 wrong, 40 turns\nseed 9: 1 wrong, 12 turns\n' +
      '2 of 2000 seeds failed; seed 9 has the fewest turns, 12\nreplay it: again 9\n',
  );
});

test('a sweep without failures says how much it tried', () => {
  expect(sweepText({ failing: [], hung: undefined }, request, String)).toEqual({
    text: '0 of 2000 seeds failed\n',
    failed: false,
  });
});

test('a round that does not end is a failure, and the end of the sweep', () => {
  const { text, failed } = sweepText({ failing: [], hung: 4 }, request, (seed) => `again ${seed}`);
  expect(failed).toBe(true);
  expect(text).toBe(
    'seed 4: the round does not end; later seeds were not played\n1 of 4 seeds failed\nreplay it: again 4\n',
  );
});

test('a round that does not end counts beside the seeds that failed before it', () => {
  const failing = [{ seed: 3, wrong: 2, turns: 40 }];
  const { text } = sweepText({ failing, hung: 4 }, request, (seed) => `again ${seed}`);
  expect(text).toContain('\n2 of 4 seeds failed; seed 3 has the fewest turns, 40\n');
});

test('the replay of a round that does not end is a failure, and says how much of it there is', () => {
  const lines = [{ turn: 10_000 }] as unknown as Replay['lines'];
  const replay = { lines, text: 'turn', page: '', hash: 'abc', failure: undefined, isEndless: true };
  expect(replayText(replay, 4)).toEqual({
    text: 'turn\nseed 4: the round does not end; these are its first 10000 turns; hash abc\n',
    failed: true,
  });
});

test('a replay ends with what failed and the hash by which two replays are compared', () => {
  const replay = {
    lines: [],
    text: 'turn',
    page: '',
    hash: 'abc',
    failure: { seed: 9, wrong: 1, turns: 12 },
    isEndless: false,
  };
  expect(replayText(replay, 9)).toEqual({
    text: 'turn\nseed 9: 1 wrong, 12 turns; hash abc\n',
    failed: true,
  });
  expect(replayText({ ...replay, failure: undefined }, 9).failed).toBe(false);
});

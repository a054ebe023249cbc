import { expect, test } from 'vitest';
import { failingSeeds, failuresIn, shortest } from '../../../../src/run/explore/failing.ts';

test('failures are the lines whose seed went wrong, and no other line, nor one that is cut off', () => {
  const output = [
    '{"seed":1,"wrong":0,"turns":9}',
    '{"seed":5,"wrong":2,"turns":30}',
    '{"structure":"stack","failed":1}',
    'status 1',
    '{"seed":6,"wro',
  ].join('\n');
  expect(failuresIn(output)).toEqual([{ seed: 5, wrong: 2, turns: 30 }]);
});

test.each(['{"seed":5,"wrong":2}', '{"seed":5,"wrong":'])(
  'a line that is no failure is refused: %s',
  (line) => {
    expect(() => failuresIn(`${line}\n`)).toThrow(
      `Expected {"seed":N,"wrong":N,"turns":N} of the program, got ${line}`,
    );
  },
);

test('a seed fails once, however many hosts say so', () => {
  const outputs = [
    '{"seed":9,"wrong":1,"turns":3}\n',
    '{"seed":4,"wrong":1,"turns":7}\n{"seed":9,"wrong":2,"turns":3}\n',
  ];
  expect(failingSeeds(outputs)).toEqual([
    { seed: 4, wrong: 1, turns: 7 },
    { seed: 9, wrong: 1, turns: 3 },
  ]);
});

test('the shortest failure has the fewest turns, and of equals the lowest seed', () => {
  const at = (seed: number, turns: number) => ({ seed, turns, wrong: 1 });
  expect(shortest([at(9, 30), at(8, 12), at(3, 12), at(1, 40)])).toEqual(at(3, 12));
  expect(shortest([])).toBeUndefined();
});

import { expect, test } from 'vitest';
import { failuresIn, shortest } from '../../../../src/run/explore/sweep.ts';

test('failures are the lines whose seed went wrong, and no other line, nor one that is cut off', () => {
  const output = [
    '{"seed":1,"wrong":0,"turns":9}',
    '{"seed":5,"wrong":2,"turns":30}',
    '{"structure":"stack","failed":1}',
    'status 1',
    '{"seed":6,"wro',
  ].join('\n');
  expect(failuresIn(output)).toEqual([{ seed: 5, wrong: 2, turns: 30 }]);
  expect(() => failuresIn('{"seed":5,"wrong":2}\n')).toThrow(/turns/);
});

test('the shortest failure has the fewest turns, and of equals the lowest seed', () => {
  const at = (seed: number, turns: number) => ({ seed, turns, wrong: 1 });
  expect(shortest([at(9, 30), at(8, 12), at(3, 12), at(1, 40)])).toEqual(at(3, 12));
  expect(shortest([])).toBeUndefined();
});

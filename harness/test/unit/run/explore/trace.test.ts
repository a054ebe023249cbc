import { expect, test } from 'vitest';
import { columns } from '../../../../src/run/explore/columns.ts';
import { roundOf } from '../../../../src/run/explore/trace.ts';

const h0 = [
  't 0 7 3 900 0 ffffffff81000000 900 aa',
  't 15 7 1 1100 0 401000 1100 b1',
  'm 15 7 2 1150 0 401010 3 b1',
  't 15 7 2 1160 0 401020 5000 b2',
  't 16 7 1 1900 0 401030 1900 c1',
  't 17 8 1 2000 0 401040 2000 d1',
  '',
].join('\n');
const h1 = 't 15 7 3 1170 0 ffffffff81000010 1170 b3\n';

test('a round is the first one of its seed after the boot, in the order of its turns', () => {
  const lines = roundOf(7, [h0, h1]);
  expect(lines.map(({ kind, host, turn }) => `${kind} h${host} ${turn}`)).toEqual([
    'turn h0 1',
    'mark h0 2',
    'turn h0 2',
    'turn h1 3',
  ]);
  expect(lines.at(-1)).toMatchObject({ ns: 1170, address: 0xffffffff81000010n, hash: 'b3' });
  expect(roundOf(9, [h0, h1])).toEqual([]);
});

test('a line that is not whole, because the play was ended, is left out', () => {
  expect(roundOf(7, ['', `${h1}t 15 7 5 11`]).map(({ turn }) => turn)).toEqual([3]);
});

test('a round has as many turns as it takes', () => {
  const turns = 150_000;
  const lines = roundOf(7, [h1.repeat(turns)]);
  expect(lines).toHaveLength(turns);
  expect(columns(lines, 2, String).split('\n')).toHaveLength(turns + 1);
});

test('columns show where each turn ended, under its host', () => {
  const text = columns(roundOf(7, [h0, h1]), 2, (address) => `at ${address.toString(16)}`);
  expect(text.split('\n')).toEqual([
    ' turn         ns  h0                  h1',
    '    1          0  at 401000',
    '    2         50  * 3 at at 401010',
    '    2         60  at 401020 (sleeps)',
    '    3         70                      at ffffffff81000010',
  ]);
});

test('columns show which fault a host suffers, and where it was', () => {
  const lines = roundOf(7, ['k 15 7 2 1150 0 401010 1150 b1\n', 'p 15 7 3 1180 0 401040 1180 b2\n']);
  expect(lines.map(({ kind, host }) => `${kind} h${host}`)).toEqual(['death h0', 'pause h1']);
  const text = columns(lines, 2, (address) => `at ${address.toString(16)}`);
  expect(text).toContain('dies at at 401010');
  expect(text).toContain('pauses at at 401040');
});

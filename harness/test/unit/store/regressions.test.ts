import { expect, test } from 'vitest';
import { appendRegressions, readRegressions } from '../../../src/store/regressions.ts';
import { play } from '../nightly/made-nights.ts';
import { scratch } from './made.ts';

test('the last line of a regression is its state, and all lines stay', async () => {
  const results = await scratch();
  const [record] = play({ splice: [100, 100, 95] }).at(-1)?.records ?? [];
  if (record === undefined) throw new Error('nothing was found');
  expect(await readRegressions(results)).toEqual([]);
  await appendRegressions([record, { ...record, id: 'other' }], results);
  await appendRegressions([{ ...record, state: 'fixed', fixedBy: 'abc' }], results);
  const states = (await readRegressions(results)).map(({ id, state }) => `${id} ${state}`);
  expect(states).toEqual([`${record.id} fixed`, 'other suspected']);
});

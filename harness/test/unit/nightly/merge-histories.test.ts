import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mergeHistories } from '../../../src/nightly/merge-histories.ts';
import { readHistory } from '../../../src/store/history.ts';
import { appendPartTime, readPartTimes } from '../../../src/store/part-times.ts';
import { scratch } from '../store/made.ts';
import { makeHistory } from './made-history.ts';

const time = { at: '2026-03-01T04:00:00.000Z', commit: 'abc', minutes: 1, findings: 0 };

async function shard(part: string, changes: Partial<typeof time> = {}): Promise<string> {
  const dir = await scratch();
  await appendPartTime({ ...time, part, ...changes }, dir);
  return dir;
}

test('shards of a night give one history, the same bytes whatever the order of their folders', async () => {
  const [a, b] = [await shard('baseline', { at: '2026-03-01T05:00:00.000Z' }), await shard('splice')];
  await makeHistory(a, { nights: 3, testbedId: 't' });
  const merged = async (dirs: string[]) => {
    const results = await scratch();
    await mergeHistories(dirs, results);
    await mergeHistories(dirs, results);
    return results;
  };
  const [one, other] = [await merged([a, b]), await merged([b, a])];
  for (const file of ['parts.jsonl', 'netperf/t.jsonl'])
    expect(await readFile(join(one, 'history', file), 'utf8')).toBe(
      await readFile(join(other, 'history', file), 'utf8'),
    );
  expect((await readPartTimes(one)).map(({ part }) => part)).toEqual(['splice', 'baseline']);
  const series = async (results: string) =>
    new Map((await readHistory('netperf', 't', results)).map(({ name, entries }) => [name, entries]));
  expect((await series(one)).size).toBeGreaterThan(10);
  expect(await series(one)).toEqual(await series(a));
});

test('shards of two commits are refused, and a folder that no shard of a night wrote', async () => {
  const [a, b] = [await shard('baseline'), await shard('splice', { commit: 'def' })];
  const results = await scratch();
  await expect(mergeHistories([a, b], results)).rejects.toThrow(/different commits: abc in .*; def in/);
  await expect(mergeHistories([a, await scratch()], results)).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('has no history/parts.jsonl'),
  });
});

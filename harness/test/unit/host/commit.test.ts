import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { commitsBetween, dateOf, readCommit, subjectsBetween, treesAt } from '../../../src/host/commit.ts';

let repository: string;
const git = (...args: string[]) => execa('git', args, { cwd: repository });

async function commit(subject: string): Promise<string> {
  const author = ['-c', 'user.name=a', '-c', 'user.email=a@zerohop.example'];
  await git(...author, 'commit', '--quiet', '--allow-empty', '--message', subject);
  return (await git('rev-parse', 'HEAD')).stdout;
}

beforeEach(async () => {
  repository = await mkdtemp(join(tmpdir(), 'zerohop-commit-'));
});

afterEach(() => rm(repository, { recursive: true }));

test('readCommit tells a clean checkout, a dirty one, and a folder that is none', async () => {
  expect(await readCommit(repository)).toEqual({ commit: 'unknown', dirty: true });
  await git('init', '--quiet');
  const head = await commit('first');
  expect(await readCommit(repository)).toEqual({ commit: head, dirty: false });
  await writeFile(join(repository, 'new'), '');
  expect(await readCommit(repository)).toEqual({ commit: head, dirty: true });
});

test('subjectsBetween lists commits with their subjects, and nothing for commits that are not here', async () => {
  await git('init', '--quiet');
  const first = await commit('first');
  await commit('second');
  const last = await commit('third: of three');
  expect(await subjectsBetween(first, last, repository)).toEqual([
    expect.stringMatching(/^[0-9a-f]{7,} third: of three$/),
    expect.stringMatching(/^[0-9a-f]{7,} second$/),
  ]);
  expect(await subjectsBetween('0'.repeat(40), last, repository)).toEqual([]);
});

test('commitsBetween lists the commits of a range, the oldest first, or those that change one folder', async () => {
  await git('init', '--quiet');
  const first = await commit('first');
  const second = await commit('second');
  await mkdir(join(repository, 'inside'));
  await writeFile(join(repository, 'inside/file'), '');
  await git('add', '.');
  const third = await commit('third');
  expect(await commitsBetween(first, third, undefined, repository)).toEqual([second, third]);
  expect(await commitsBetween(first, third, 'inside', repository)).toEqual([third]);
  expect(await commitsBetween('0123456', third, undefined, repository)).toEqual([]);
});

test("treesAt gives the hashes of a commit's folders", async () => {
  await git('init', '--quiet');
  await mkdir(join(repository, 'inside'));
  await writeFile(join(repository, 'inside/file'), 'a');
  await git('add', '.');
  const before = await commit('before');
  await writeFile(join(repository, 'other'), 'b');
  await git('add', '.');
  const same = await commit('other');
  const trees = await treesAt(before, ['inside'], repository);
  expect(trees).toHaveLength(1);
  expect(await treesAt(same, ['inside'], repository)).toEqual(trees);
  expect(await treesAt(same, ['inside', 'absent'], repository)).toBeUndefined();
});

test('dateOf gives the date of a commit in UTC', async () => {
  await git('init', '--quiet');
  const head = await commit('first');
  expect(Math.abs(Date.parse(await dateOf(head, repository)) - Date.now())).toBeLessThan(60_000);
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readCommit, subjectsBetween } from '../../../src/host/commit.ts';

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

import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { $ } from 'zx';
import { Failure } from '../../harness/src/host/failure.ts';
import type { Source } from '../../harness/src/kernel/source.ts';

export const authors = 'zerohop authors <authors@zerohop.example>';

const identity = {
  GIT_AUTHOR_NAME: 'zerohop authors',
  GIT_AUTHOR_EMAIL: 'authors@zerohop.example',
  GIT_COMMITTER_NAME: 'zerohop authors',
  GIT_COMMITTER_EMAIL: 'authors@zerohop.example',
};

/** git in a repository of a kernel tree; a repository around it, and hooks of the caller, have no say. */
export function gitIn(tree: string, more: Record<string, string> = {}) {
  const { GIT_DIR, GIT_WORK_TREE, GIT_INDEX_FILE, ...env } = process.env;
  return $({ cwd: tree, quiet: true, env: { ...env, ...identity, LC_ALL: 'C', ...more } });
}

export async function openRepository(tree: string): Promise<void> {
  await mkdir(tree, { recursive: true });
  await gitIn(tree)`git init --quiet --initial-branch=base`;
}

/** A commit that has the source's files and no parent; it is made once for each source. */
export async function graft(tree: string, { dir, origin, sha256 }: Source): Promise<string> {
  const git = gitIn(tree);
  const tag = `source-${sha256.slice(0, 12)}`;
  const known = await git`git rev-parse --verify --quiet ${`refs/tags/${tag}`}`.nothrow();
  if (known.exitCode === 0) return known.stdout.trim();
  const index = join(tree, '.git', 'index.source');
  const inSource = gitIn(tree, { GIT_INDEX_FILE: index });
  await inSource`git --git-dir ${join(tree, '.git')} --work-tree ${dir} add --all --force .`;
  const { stdout: files } = await inSource`git write-tree`;
  const { stdout: commit } = await inSource`git commit-tree ${files.trim()} -m ${origin}`;
  await rm(index);
  await git`git tag ${tag} ${commit.trim()}`;
  return commit.trim();
}

export async function commitOf(tree: string, name: string): Promise<string> {
  const { exitCode, stdout } = await gitIn(
    tree,
  )`git rev-parse --verify --quiet ${`${name}^{commit}`}`.nothrow();
  if (exitCode === 0) return stdout.trim();
  throw new Failure('usage', `${tree} has no ${name}`, { next: 'make the branch with `apply` first' });
}

import { execa } from 'execa';
import { checkoutRoot } from './cache.ts';

/** The commit of zerohop, and whether the tree has uncommitted changes; "unknown" outside a git checkout. */
export async function readCommit(cwd = checkoutRoot()): Promise<{ commit: string; dirty: boolean }> {
  const git = (...args: string[]) => execa('git', args, { cwd, reject: false });
  const head = await git('rev-parse', 'HEAD');
  if (head.exitCode !== 0) return { commit: 'unknown', dirty: true };
  const status = await git('status', '--porcelain');
  return { commit: head.stdout.trim(), dirty: status.stdout.trim() !== '' };
}

/** The commits after one and up to another, "abc1234 subject" each, newest first; empty if the checkout lacks them. */
export async function subjectsBetween(after: string, upTo: string, cwd = checkoutRoot()): Promise<string[]> {
  const range = `${after}..${upTo}`;
  const { exitCode, stdout } = await execa('git', ['log', '--format=%h %s', range, '--'], {
    cwd,
    reject: false,
  });
  return exitCode === 0 ? stdout.split('\n').filter((line) => line !== '') : [];
}

/** The hashes of a commit's folders; undefined if the checkout lacks the commit or one of them. */
export async function treesAt(
  commit: string,
  folders: readonly string[],
  cwd = checkoutRoot(),
): Promise<string[] | undefined> {
  const asked = folders.map((folder) => `${commit}:${folder}`);
  const { exitCode, stdout } = await execa('git', ['rev-parse', ...asked], {
    cwd,
    reject: false,
  });
  return exitCode === 0 ? stdout.split('\n') : undefined;
}

/** The date of a commit, in ISO form and in UTC. */
export async function dateOf(commit: string, cwd = checkoutRoot()): Promise<string> {
  const { stdout } = await execa('git', ['show', '--no-patch', '--format=%cI', commit], { cwd });
  return new Date(stdout.trim()).toISOString();
}

/** The commits after one and up to another, the oldest first; of all files, or only those that change `folder`. */
export async function commitsBetween(
  after: string,
  upTo: string,
  folder?: string,
  cwd = checkoutRoot(),
): Promise<string[]> {
  const range = [
    'rev-list',
    '--reverse',
    `${after}..${upTo}`,
    '--',
    ...(folder === undefined ? [] : [folder]),
  ];
  const { exitCode, stdout } = await execa('git', range, { cwd, reject: false });
  return exitCode === 0 ? stdout.split('\n').filter((line) => line !== '') : [];
}

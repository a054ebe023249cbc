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

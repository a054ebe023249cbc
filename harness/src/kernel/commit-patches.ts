import { execa } from 'execa';
import { checkoutRoot, materialise } from '../host/cache.ts';
import { Failure } from '../host/failure.ts';

/** `commit:COMMIT` is the default kernel as a commit of this repository has it, on today's source. */
export const ofCommit = /^commit:(\w[\w.~^/@{}-]*)$/;

/** The folder kernel-patches of a commit, in the cache. */
export async function patchesAt(commit: string): Promise<string> {
  const git = (...args: string[]) => ['git', ['-C', checkoutRoot(), ...args]] as const;
  const [program, asked] = git('rev-parse', '--verify', '--quiet', `${commit}:kernel-patches`);
  const { exitCode, stdout: tree } = await execa(program, asked, { reject: false });
  if (exitCode !== 0)
    throw new Failure('usage', `--kernel commit:${commit}: this checkout has no kernel-patches of it`, {
      next: 'name a commit that `git log -- kernel-patches` shows',
    });
  return materialise('patch-trees', tree, async (dir) => {
    const [archiver, words] = git('archive', '--format=tar', tree);
    const { stdout: tar } = await execa(archiver, words, { encoding: 'buffer' });
    await execa('tar', ['-x', '-C', dir], { input: tar });
  });
}

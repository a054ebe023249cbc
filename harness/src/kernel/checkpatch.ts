import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { Failure } from '../host/failure.ts';
import type { Patch } from './patches.ts';

/** Of a patch that is in no maintainer's tree yet, checkpatch cannot ask who maintains its files. */
const ignored = ['FILE_PATH_CHANGES'];

/** What the tree's own checkpatch says of a patch, a line each. */
export async function checkPatch({ path }: Patch, treeDir: string): Promise<string[]> {
  const flags = ['--strict', '--terse', '--show-types', '--no-summary', `--ignore=${ignored.join(',')}`];
  const script = join(treeDir, 'scripts/checkpatch.pl');
  const { stdout, exitCode, stderr } = await execa('perl', [script, `--root=${treeDir}`, ...flags, path], {
    reject: false,
    env: { LC_ALL: 'C.UTF-8' },
  });
  const complaints = stdout
    .split('\n')
    .filter((line) => /: (ERROR|WARNING|CHECK):/.test(line))
    .map((line) => line.replace(`${dirname(path)}/`, ''));
  if (exitCode !== 0 && complaints.length === 0)
    throw new Failure('infra', `checkpatch.pl does not run: ${stderr || stdout}`);
  return complaints;
}

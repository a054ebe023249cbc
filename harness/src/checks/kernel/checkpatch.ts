import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { hashOf, materialise } from '../../host/cache.ts';
import { Failure } from '../../host/failure.ts';
import type { Patch } from '../../kernel/patches.ts';
import type { Source } from '../../kernel/source.ts';

/** A new file of a patch has no maintainer yet, and checkpatch warns about that. */
const ignored = ['FILE_PATH_CHANGES'];
const flags = ['--strict', '--terse', '--show-types', '--no-summary', `--ignore=${ignored.join(',')}`];

/** The complaints of the source's own checkpatch about a patch, a line each. They are cached, because it is slow. */
export async function checkPatch(patch: Patch, { dir, sha256 }: Source): Promise<string[]> {
  const key = hashOf({ patch: patch.sha256, file: patch.file, source: sha256, flags });
  const entry = await materialise('series-checks', key, async (into) => {
    await writeFile(join(into, 'checkpatch.json'), JSON.stringify(await complaintsOf(patch, dir)));
  });
  return JSON.parse(await readFile(join(entry, 'checkpatch.json'), 'utf8')) as string[];
}

async function complaintsOf({ path }: Patch, treeDir: string): Promise<string[]> {
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

import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { hashOf, materialise } from '../../../host/cache.ts';
import { Failure } from '../../../host/failure.ts';
import { sourcePackage } from '../../../host/packages.ts';
import { toolVersion } from '../../../host/tool-version.ts';

/**
 * The folder that a script fills, built once for these bytes of Debian's source package. The script runs in the
 * package's tree, as its authors published it, and writes to $OUT. It links without shared libraries, because the
 * guest's may be older than this machine's.
 */
export async function builtFromSource(name: string, script: string): Promise<string> {
  const { dir, files } = await sourcePackage({ name });
  const archive = files.find((file) => /\.orig\.tar\.\w+$/.test(file.name));
  if (archive === undefined)
    throw new Failure('infra', `the source package ${name} has no archive of its authors`);
  const { text: compiler } = await toolVersion('cc');
  const key = hashOf({ archive: archive.sha256, script, compiler });
  return materialise('foreign-suites', key, async (out) => {
    const tree = join(out, 'tree');
    await mkdir(tree);
    await execa('tar', ['-xf', join(dir, archive.name), '-C', tree, '--strip-components=1']);
    const { failed, all } = await execa('sh', ['-ec', script], {
      ...{ cwd: tree, env: { OUT: out }, reject: false, all: true },
    });
    if (failed)
      throw new Failure('infra', `${name} does not build: ${all.split('\n').slice(-20).join('\n')}`, {
        next: 'run `npm run doctor`, and see whether the package has a newer version',
      });
    await rm(tree, { recursive: true });
  });
}

import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { hashOf, materialise } from '../../../host/cache.ts';
import { Failure } from '../../../host/failure.ts';
import { sourcePackage } from '../../../host/packages.ts';
import { toolVersion } from '../../../host/tool-version.ts';
import { obtainSource } from '../../../kernel/source.ts';

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
  return once({ name, source: archive.sha256, script }, async (out) => {
    const tree = join(out, 'tree');
    await mkdir(tree);
    await execa('tar', ['-xf', join(dir, archive.name), '-C', tree, '--strip-components=1']);
    await build(name, script, tree, out);
    await rm(tree, { recursive: true });
  });
}

/** The same for the pinned kernel source, which the script must leave as it is. */
export async function builtFromKernel(script: string): Promise<string> {
  const { dir, sha256 } = await obtainSource({});
  return once({ name: 'kselftest', source: sha256, script }, (out) => build('kselftest', script, dir, out));
}

interface Made {
  name: string;
  source: string;
  script: string;
}

async function once(made: Made, make: (out: string) => Promise<void>): Promise<string> {
  const { text: compiler } = await toolVersion('cc');
  return materialise('foreign-suites', hashOf({ ...made, compiler }), make);
}

async function build(name: string, script: string, cwd: string, out: string): Promise<void> {
  const { failed, all } = await execa('sh', ['-ec', script], {
    ...{ cwd, env: { OUT: out }, reject: false, all: true },
  });
  if (!failed) return;
  throw new Failure('infra', `${name} does not build: ${all.split('\n').slice(-20).join('\n')}`, {
    next: 'run `npm run doctor`, and see whether the package has a newer version',
  });
}

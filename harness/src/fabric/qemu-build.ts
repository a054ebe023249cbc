import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { checkoutRoot, hashFile, hashOf, materialise } from '../host/cache.ts';
import { ccacheEnvironment, withCcache } from '../host/ccache.ts';
import type { BuildOptions, Context } from '../host/context.ts';
import { Failure } from '../host/failure.ts';
import { ensureRequirements } from '../host/install.ts';
import { extractPackage, fetchPackage, type SourcePackage, sourcePackage } from '../host/packages.ts';
import type { Progress } from '../host/progress.ts';
import { toolVersion } from '../host/tool-version.ts';
import { pinOf } from '../host/versions.ts';
import { qemuRequirements } from './requirements.ts';

export const patchDir = join(checkoutRoot(), 'qemu/patches');

/** Debian's source package: it stays on the mirrors for years. */
export const qemuSuite = 'trixie';

/** Packages of other suites, because Debian 12's own are too old or missing. */
const buildTools = [
  { name: 'meson', suite: 'bookworm-backports' },
  { name: 'python3-pycotap', suite: 'trixie' },
];

/** Where Debian keeps the firmware that its source package comes without. */
const firmwareDirs = ['/usr/share/qemu', '/usr/share/seabios'];

const configuration = [
  `--firmwarepath=${firmwareDirs.join(':')}`,
  ...['--target-list=x86_64-softmmu', '--without-default-features', '--enable-tcg', '--enable-kvm'],
  ...['--enable-fdt=system', '--enable-slirp', '--enable-plugins', '--enable-virtfs', '--enable-attr'],
  ...[
    '--disable-install-blobs',
    '--disable-docs',
    '--disable-werror',
    '--disable-debug-info',
    '--python=/usr/bin/python3',
  ],
];

const program = 'qemu-system-x86_64';
const needsBytes = 2 * 2 ** 30;

/** QEMU with our patches, built once for its source, the patches and the compiler. */
export async function buildQemu(options: BuildOptions = {}): Promise<string> {
  const make = async (dir: string) => {
    await ensureRequirements(qemuRequirements, options.signal);
    const room = join(dir, 'build');
    await build(await fetchParts(options.progress), room, options);
    await copyFile(join(room, 'objects', program), join(dir, program));
    await rm(room, { recursive: true });
  };
  const { signal, onlyIfBuilt } = options;
  const entry = await materialise('qemu', await qemuKey(), make, { needsBytes, signal, onlyIfBuilt });
  return join(entry, program);
}

async function qemuKey(): Promise<string> {
  const { text: compiler } = await toolVersion('cc');
  return hashOf({ pin: pinOf('qemu'), patches: await patchHashes(), configuration, compiler });
}

interface Parts {
  /** The source. */
  archive: string;
  /** The packages of buildTools. */
  tools: readonly string[];
}

async function fetchParts(progress: Progress = () => {}): Promise<Parts> {
  const of = 1 + buildTools.length;
  const tell = (done: number) => progress({ what: 'packages for the QEMU build', done, of });
  tell(0);
  const archive = await pinnedSource(pinOf('qemu'));
  const tools: string[] = [];
  for (const tool of buildTools) {
    tell(1 + tools.length);
    tools.push((await fetchPackage(tool)).path);
  }
  return { archive, tools };
}

async function pinnedSource(pin: { version: string; sha256: string }): Promise<string> {
  const source = await sourcePackage({ name: 'qemu', suite: qemuSuite, version: pin.version });
  const archive = source.files.find(({ name }) => name.includes('.orig.'));
  if (archive?.sha256 !== pin.sha256)
    throw new Failure('infra', `qemu ${pin.version} has the sha256 ${archive?.sha256}, not ${pin.sha256}`, {
      next: 'see the entry qemu in harness/versions.json',
    });
  return archivePath(source, archive.name);
}

function archivePath({ dir }: SourcePackage, name: string): string {
  return join(dir, name);
}

async function build(
  parts: Parts,
  room: string,
  { progress = () => {}, signal }: Partial<Context>,
): Promise<void> {
  const at = (name: string) => join(room, name);
  const [tree, objects, tools] = [at('tree'), at('objects'), at('tools')];
  for (const dir of [tree, objects, tools]) await mkdir(dir, { recursive: true });
  const env = {
    ...ccacheEnvironment(),
    CCACHE_BASEDIR: room,
    PYTHONPATH: join(tools, 'usr/lib/python3/dist-packages'),
  };
  const step = (what: string, argv: string[], cwd: string, far: { done?: number; of?: number } = {}) => {
    progress({ what, ...far });
    return runStep(what, argv, { cwd, env, signal, onLine: ninjaMeter(progress) });
  };
  await step('unpacking QEMU', ['tar', '-xf', parts.archive, '-C', tree, '--strip-components=1'], room);
  const patches = await patchFiles();
  for (const [done, patch] of patches.entries())
    await step(`applying ${patch}`, ['git', 'apply', join(patchDir, patch)], tree, {
      done,
      of: patches.length,
    });
  for (const tool of parts.tools) await extractPackage(tool, tools);
  await step(
    'QEMU configuration',
    [join(tree, 'configure'), ...configuration, `--cc=${withCcache('cc')}`],
    objects,
  );
  await step('QEMU build', ['ninja', '-j', `${buildJobs}`, program], objects);
}

/** More than two fill the memory of a small machine. */
const buildJobs = 2;

/** Ninja begins its lines with how far it is. */
function ninjaMeter(progress: Progress): (line: string) => void {
  const began = Date.now();
  return (line) => {
    const [done = 0, of = 0] = (/^\[(\d+)\/(\d+)\]/.exec(line)?.slice(1) ?? []).map(Number);
    if (done === 0) return;
    const leftMs = ((Date.now() - began) / done) * (of - done);
    progress({ what: 'QEMU build', done, of, ...(done >= 50 && { leftMs }) });
  };
}

interface StepOptions {
  cwd: string;
  env: Record<string, string>;
  signal: AbortSignal | undefined;
  onLine: (line: string) => void;
}

async function runStep(what: string, argv: string[], options: StepOptions): Promise<void> {
  const { cwd, env, signal, onLine } = options;
  const watch = function* (line: unknown) {
    onLine(String(line));
    yield line;
  };
  const result = await execa('nice', ['-n', '10', ...argv], {
    ...{ cwd, env, reject: false, all: true, stdin: 'ignore', stdout: watch },
    ...(signal && { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  if (!result.failed) return;
  const lastLines = (result.all || String(result.message)).split('\n').slice(-20).join('\n');
  throw new Failure('infra', `${what} failed:\n${lastLines}`, {
    next: 'run `npm run doctor`; if it finds nothing, the patches in qemu/patches may be what is wrong',
  });
}

async function patchFiles(): Promise<string[]> {
  return (await readdir(patchDir)).filter((name) => name.endsWith('.patch')).sort();
}

async function patchHashes(): Promise<string[]> {
  return Promise.all((await patchFiles()).map((name) => hashFile(join(patchDir, name))));
}

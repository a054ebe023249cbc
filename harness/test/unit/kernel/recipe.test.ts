import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cacheRoot, checkoutRoot, sha256 } from '../../../src/host/cache.ts';
import type { ProgressEvent } from '../../../src/host/progress.ts';
import { bundleId } from '../../../src/kernel/bundle-id.ts';
import { noPatches } from '../../../src/kernel/patches.ts';
import { cook, locateBundle, type Recipe } from '../../../src/kernel/recipe.ts';
import type { Toolchain } from '../../../src/kernel/toolchain.ts';
import { patchLine, plant } from './trees.ts';

let scratch: string;

beforeEach(async () => {
  scratch = await plant({
    'tree/Makefile': 'VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 99\nEXTRAVERSION =\n',
    'tree/Kconfig': '',
    'tree/kernel/fork.c': '',
    'tree/net/a.c': 'a\n',
    'tree/net/b.c': 'b\n',
  });
  await mkdir(join(scratch, 'bin'));
  await copyFile(join(import.meta.dirname, '../../fixtures/kernel/make'), join(scratch, 'bin/make'));
  await chmod(join(scratch, 'bin/make'), 0o755);
  await plant({ pahole: '#!/bin/sh\necho v1.24\n', gcc: '#!/bin/sh\necho gcc 12\n' }, join(scratch, 'bin'));
  for (const tool of ['pahole', 'gcc']) await chmod(join(scratch, 'bin', tool), 0o755);
  vi.stubEnv('PATH', `${join(scratch, 'bin')}:${process.env['PATH']}`);
  vi.stubEnv('ZEROHOP_CACHE', join(scratch, 'cache'));
  vi.stubEnv('TMPDIR', scratch);
});
afterEach(async () => {
  await rm(scratch, { recursive: true });
  vi.unstubAllEnvs();
});

function recipe(change: { patch?: string; config?: string } = {}): Recipe {
  const { patch, config = 'CONFIG_A=y\n' } = change;
  const patches =
    patch === undefined
      ? []
      : [{ series: 's', file: '1.patch', path: '1', text: patch, sha256: sha256(patch) }];
  return {
    source: { source: join(scratch, 'tree') },
    patches: { ...noPatches, patches },
    fragments: [{ file: 'a.config', text: config, sha256: sha256(config) }],
  };
}

const calls = async () => (await readFile(join(scratch, 'calls'), 'utf8')).trim().split('\n');

test('cook makes a bundle with the build’s files and its inputs', async () => {
  const patch = patchLine('net/a.c', 'a', 'a patched');
  const bundle = await cook(recipe({ patch }));
  expect(await readFile(bundle.types, 'utf8')).toBe('a patched\nb\n');
  expect(await readFile(bundle.config, 'utf8')).toBe('CONFIG_A=y\n');
  expect(existsSync(join(bundle.modulesDir, 'lib/modules/6.12.99-test'))).toBe(true);
  expect(bundle.metadata).toMatchObject({
    id: bundle.id,
    version: '6.12.99',
    release: '6.12.99-test',
    patches: [{ series: 's', file: '1.patch', sha256: sha256(patch) }],
    fragments: [{ file: 'a.config' }],
    toolchain: { gcc: 'gcc 12', pahole: 'v1.24' },
    files: { vmlinux: sha256('a patched\nb\n') },
  });
});

test('cook builds a recipe once', async () => {
  const first = await cook(recipe());
  const count = (await calls()).length;
  expect(await cook(recipe())).toEqual(first);
  expect(await calls()).toHaveLength(count);
  expect((await locateBundle(recipe())).bundle?.dir).toBe(first.dir);
});

test('cook names the missing bundle when onlyIfBuilt is set', async () => {
  const { id } = await locateBundle(recipe());
  await expect(cook(recipe(), { onlyIfBuilt: true })).rejects.toMatchObject({
    kind: 'infra',
    message: `the kernel ${id} is not built yet`,
  });
  await expect(calls()).rejects.toThrow(/ENOENT/);
  const built = await cook(recipe());
  expect(await cook(recipe(), { onlyIfBuilt: true })).toEqual(built);
});

test('cook builds once when two callers run in parallel', async () => {
  const [one, other] = await Promise.all([cook(recipe()), cook(recipe())]);
  expect(one).toEqual(other);
  expect((await calls()).filter((target) => target === 'modules')).toHaveLength(1);
});

const idOf = (source: { sha256: string }, { patches, fragments }: Recipe, tools: Toolchain) =>
  bundleId({ source, ...patches, fragments, toolchain: tools });

test('bundleId changes with a patch, an option, the source or the compiler', async () => {
  const identity = { origin: 'x', sha256: sha256('source'), warnings: [] };
  const toolchain = { gcc: 'gcc 12', ld: 'ld 2', pahole: 'v1' };
  const ids = [
    idOf(identity, recipe(), toolchain),
    idOf(identity, recipe({ patch: 'p' }), toolchain),
    idOf(identity, recipe({ config: 'CONFIG_B=y\n' }), toolchain),
    idOf({ ...identity, sha256: sha256('other') }, recipe(), toolchain),
    idOf(identity, recipe(), { ...toolchain, gcc: 'gcc 13' }),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});

test('bundleId does not depend on paths and names', () => {
  const toolchain = { gcc: 'gcc 12', ld: 'ld 2', pahole: 'v1' };
  const one = recipe({ patch: 'p' });
  const other = recipe({ patch: 'p' });
  for (const patch of other.patches.patches) Object.assign(patch, { series: 'moved', path: '/elsewhere' });
  const identity = { origin: 'here', sha256: sha256('source'), warnings: [] };
  const renamed = { ...identity, origin: 'there', warnings: ['moved on'] };
  expect(idOf(identity, one, toolchain)).toBe(idOf(renamed, other, toolchain));
});

test('a failed build shows the first compiler error and the log, and leaves no bundle', async () => {
  await writeFile(join(scratch, 'tree/net/b.c'), 'broken\n');
  const failing = cook(recipe());
  await expect(failing).rejects.toMatchObject({
    kind: 'infra',
    message: expect.stringContaining("net/b.c:1:5: error: 'broken' undeclared"),
    log: expect.stringMatching(/build\.log$/),
  });
  expect((await locateBundle(recipe())).bundle).toBeUndefined();
  await writeFile(join(scratch, 'tree/net/b.c'), 'mended\n');
  expect(await readFile((await cook(recipe())).types, 'utf8')).toBe('a\nmended\n');
});

test('cook makes no bundle when the image embeds another kernel', async () => {
  await writeFile(join(scratch, 'tree/net/b.c'), 'stale\n');
  await expect(cook(recipe())).rejects.toMatchObject({
    kind: 'infra',
    message: expect.stringMatching(/bzImage boots another kernel than the vmlinux beside it$/),
  });
  expect((await locateBundle(recipe())).bundle).toBeUndefined();
});

test('cook fails when Kconfig drops an option', async () => {
  const dropped = cook(recipe({ config: 'CONFIG_A=y\nCONFIG_DROPPED=y\n' }));
  await expect(dropped).rejects.toThrow(/CONFIG_DROPPED \(a\.config wants y/);
});

test('cook reports the number of built objects', async () => {
  const events: ProgressEvent[] = [];
  await cook(recipe(), { progress: (event) => events.push(event) });
  expect(events).toContainEqual(
    expect.objectContaining({ what: 'kernel build', done: 2, of: expect.any(Number) }),
  );
});

test('cook ends make when it is aborted', async () => {
  const stop = new AbortController();
  const stopped = cook(recipe(), {
    signal: stop.signal,
    progress: ({ done }) => done === 1 && stop.abort(new Error('stopped')),
  });
  await expect(stopped).rejects.toThrow('stopped');
  expect(existsSync(join(cacheRoot(), 'bundles'))).toBe(true);
  expect((await locateBundle(recipe())).bundle).toBeUndefined();
});

test('a killed build leaves nothing running, and the next one resumes it', async () => {
  await writeFile(join(scratch, 'tree/net/b.c'), 'slow\n');
  const program = join(import.meta.dirname, '../../fixtures/kernel/cook.ts');
  const harness = spawn(process.execPath, ['--import', 'tsx', program, join(scratch, 'tree')], {
    cwd: checkoutRoot(),
    stdio: 'ignore',
  });
  const pidFile = join(scratch, 'make.pid');
  await vi.waitFor(() => expect(existsSync(pidFile)).toBe(true), { timeout: 100_000 });
  const pid = (await readFile(pidFile, 'utf8')).trim();
  expect(existsSync(`/proc/${pid}`)).toBe(true);
  harness.kill('SIGKILL');
  await vi.waitFor(() => expect(existsSync(`/proc/${pid}`)).toBe(false), { timeout: 5000 });
  await writeFile(join(scratch, 'tree/net/b.c'), 'fast\n');
  expect(await readFile((await cook(recipe())).types, 'utf8')).toBe('a\nfast\n');
});

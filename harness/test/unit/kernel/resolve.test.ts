import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sha256 } from '../../../src/host/cache.ts';
import { Failure } from '../../../src/host/failure.ts';
import { type Metadata, openBundle } from '../../../src/kernel/bundle.ts';
import { importBundle } from '../../../src/kernel/import.ts';
import { packBundle } from '../../../src/kernel/pack.ts';
import { kernelId, resolveImage, resolveKernel } from '../../../src/kernel/resolve.ts';
import { obtainSource, untar } from '../../../src/kernel/source.ts';
import { id, moduleFile, plantBundle } from './bundles.ts';
import { plant } from './trees.ts';

let scratch: string;
beforeEach(async () => {
  scratch = await plant({});
  vi.stubEnv('ZEROHOP_CACHE', join(scratch, 'cache'));
});
afterEach(async () => {
  await rm(scratch, { recursive: true });
  vi.unstubAllEnvs();
});

async function plantImage(): Promise<string> {
  const image = Buffer.alloc(1024);
  image.write('HdrS', 0x202, 'latin1');
  const path = join(scratch, 'bzImage');
  await writeFile(path, image);
  return path;
}

test('kernelId names a bundle without building anything', async () => {
  const { dir } = await plantBundle(join(scratch, 'bundle'));
  expect(await kernelId(dir)).toBe(id);
});

test('resolveKernel opens the folder of a bundle', async () => {
  const { dir } = await plantBundle(join(scratch, 'bundle'));
  expect(await resolveKernel(dir)).toMatchObject({
    id,
    image: join(dir, 'bzImage'),
  });
});

test('resolveKernel imports a packed bundle unchanged', async () => {
  const bundle = await plantBundle(join(scratch, 'bundle'));
  const file = join(scratch, 'packed.tar.zst');
  await packBundle(bundle, file);
  const imported = await resolveKernel(file);
  expect(imported.dir).not.toBe(bundle.dir);
  expect(imported.metadata).toEqual(bundle.metadata);
});

/** A pack of a folder that is no bundle, or no longer the one that it says. */
async function packed(change: Partial<Metadata> = {}, files: Record<string, string> = {}): Promise<string> {
  const file = join(scratch, 'packed.tar.zst');
  const bundle = await plantBundle(join(scratch, 'bundle'), { metadata: change });
  await plant(files, bundle.dir);
  await packBundle(bundle, file);
  return file;
}

/** Status 2, one sentence, and nothing in the cache. */
async function expectRefusal(file: string, message: RegExp): Promise<void> {
  await expect(importBundle(file)).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringMatching(message),
  });
  expect(existsSync(join(scratch, 'cache/bundles', id))).toBe(false);
}

test.each([
  ['the kernel', 'vmlinux'],
  ['a file below modules/', moduleFile],
])('a packed bundle is refused when %s was changed', async (_what, name) => {
  await expectRefusal(await packed({}, { [name]: 'changed' }), new RegExp(`${name} has another sha256`));
});

test('a packed bundle is refused when it holds a file that its metadata does not list', async () => {
  await expectRefusal(await packed({}, { 'modules/evil.ko': 'x' }), /does not list modules\/evil\.ko/);
});

test('a packed bundle is refused when its inputs were changed and its id was not', async () => {
  const changed = { source: { origin: 'elsewhere', sha256: sha256('other') } };
  await expectRefusal(await packed({ ...changed, id }), /is not its id/);
});

test('a packed bundle is refused when its id is a path', async () => {
  await expectRefusal(await packed({ id: '../../evil' }), /is not a whole kernel bundle/);
  expect(existsSync(join(scratch, 'evil'))).toBe(false);
});

test('a packed bundle is refused when the cache has another build of its id', async () => {
  const first = await importBundle(await packed());
  const files = { ...first.metadata.files, vmlinux: sha256('changed') };
  const file = await packed({ files }, { vmlinux: 'changed' });
  await expect(importBundle(file)).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('is another build of'),
  });
  expect(openBundle(first.dir).metadata).toEqual(first.metadata);
});

test('a packed bundle is refused when a byte of it is flipped or its end is cut off', async () => {
  const file = await packed();
  const bytes = await readFile(file);
  for (let at = 4; at < bytes.length; at += Math.ceil(bytes.length / 20)) {
    const flipped = Buffer.from(bytes);
    flipped.writeUInt8(flipped.readUInt8(at) ^ 0x10, at);
    await writeFile(file, flipped);
    const imported = await importBundle(file).catch((error: Failure) => error);
    // A flip in what tar or zstd do not read changes nothing: then every file is still what its metadata says.
    if (imported instanceof Failure) expect(imported.kind).toBe('usage');
    else expect(imported.metadata.id).toBe(id);
    await rm(join(scratch, 'cache'), { recursive: true, force: true });
  }
  await writeFile(file, bytes.subarray(0, bytes.length / 2));
  await expectRefusal(file, /is not a whole kernel bundle/);
});

test('a packed bundle is refused when the file does not exist', async () => {
  await expectRefusal(join(scratch, 'gone.tar.zst'), /^there is no file/);
});

test('a bare image boots a guest, and is refused by resolveKernel', async () => {
  const path = await plantImage();
  const kernel = await resolveImage(path);
  expect(kernel).toMatchObject({ image: path, id: expect.stringMatching(/^image-[0-9a-f]{16}$/) });
  expect(kernel.vmlinux).toBeUndefined();
  await expect(resolveKernel(path)).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('bare bzImage'),
  });
});

test('resolveKernel names the known series when without:SERIES is unknown', async () => {
  await expect(resolveKernel('without:gone')).rejects.toMatchObject({
    kind: 'usage',
    next: expect.stringContaining('sock-splice'),
  });
});

test('obtainSource says what it expects when the source is missing or not a tree', async () => {
  const next = expect.stringContaining('kernel tree');
  for (const source of [join(scratch, 'gone'), scratch])
    await expect(obtainSource({ source })).rejects.toMatchObject({ kind: 'usage', next });
});

test('obtainSource says what it expects when the tarball is broken or has no kernel tree', async () => {
  await plant({ 'broken.tar': 'text', 'top/README': '', 'into/.keep': '' }, scratch);
  await execa('tar', ['-C', scratch, '-cf', join(scratch, 'other.tar'), 'top']);
  for (const [name, message] of [
    ['broken.tar', /cannot be unpacked: tar: /],
    ['other.tar', /holds no kernel tree/],
  ] as const) {
    const told = {
      kind: 'usage',
      message: expect.stringMatching(message),
      next: expect.stringContaining('kernel tree'),
    };
    await expect(untar(join(scratch, name), join(scratch, 'into'))).rejects.toMatchObject(told);
  }
});

test('openBundle refuses metadata that was cut off', async () => {
  const { dir } = await plantBundle(join(scratch, 'bundle'));
  await writeFile(join(dir, 'metadata.json'), '{"id": "kern');
  await expect(resolveKernel(dir)).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringMatching(/metadata\.json describes no kernel bundle: .*JSON/s),
    next: expect.stringContaining('npm run kernel'),
  });
});

test.each(['gone', 'empty', 'file'])(
  'resolveKernel says what it expects when --kernel is %s',
  async (name) => {
    await plant({ 'empty/README': '', file: 'text' }, scratch);
    await expect(resolveKernel(join(scratch, name))).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining(name),
      next: expect.stringContaining('series'),
    });
  },
);

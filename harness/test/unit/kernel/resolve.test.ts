import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sha256 } from '../../../src/host/cache.ts';
import { type Bundle, type Metadata, openBundle } from '../../../src/kernel/bundle.ts';
import { packBundle, unpackBundle } from '../../../src/kernel/pack.ts';
import { resolveImage, resolveKernel } from '../../../src/kernel/resolve.ts';
import { obtainSource, untar } from '../../../src/kernel/source.ts';
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

async function plantBundle(change: Partial<Metadata> = {}): Promise<Bundle> {
  const hash = sha256('content');
  const metadata: Metadata = {
    id: 'kernel-0123456789abcdef',
    version: '6.12.99',
    release: '6.12.99-test',
    source: { origin: 'test', sha256: hash },
    patches: [],
    grafts: [],
    fragments: [],
    configSha256: hash,
    toolchain: { gcc: 'gcc', ld: 'ld', pahole: 'pahole' },
    warnings: [],
    buildSeconds: 1,
    files: { bzImage: hash, vmlinux: hash, 'System.map': hash, config: hash },
    ...change,
  };
  const files = Object.fromEntries(Object.keys(metadata.files).map((name) => [name, 'content']));
  const all = {
    ...files,
    'metadata.json': JSON.stringify(metadata),
    'modules/lib/modules/x/modules.order': '',
  };
  return openBundle(await plant(all, join(scratch, 'bundle')));
}

async function plantImage(): Promise<string> {
  const image = Buffer.alloc(1024);
  image.write('HdrS', 0x202, 'latin1');
  const path = join(scratch, 'bzImage');
  await writeFile(path, image);
  return path;
}

test("a bundle's folder is taken as it is", async () => {
  const { dir } = await plantBundle();
  expect(await resolveKernel(dir)).toMatchObject({
    id: 'kernel-0123456789abcdef',
    image: join(dir, 'bzImage'),
  });
});

test('a packed bundle is the same bundle elsewhere', async () => {
  const bundle = await plantBundle();
  const file = join(scratch, 'packed.tar.zst');
  await packBundle(bundle, file);
  const imported = await resolveKernel(file);
  expect(imported.dir).not.toBe(bundle.dir);
  expect(imported.metadata).toEqual(bundle.metadata);
});

test('a packed bundle whose bytes are not those it names is refused', async () => {
  const bundle = await plantBundle({
    files: { ...(await plantBundle()).metadata.files, vmlinux: sha256('x') },
  });
  const file = join(scratch, 'packed.tar.zst');
  await packBundle(bundle, file);
  await expect(unpackBundle(file)).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('vmlinux has another sha256'),
  });
});

test('a bare image boots a guest and is no kernel to measure', async () => {
  const path = await plantImage();
  const kernel = await resolveImage(path);
  expect(kernel).toMatchObject({ image: path, id: expect.stringMatching(/^image-[0-9a-f]{16}$/) });
  expect(kernel.vmlinux).toBeUndefined();
  await expect(resolveKernel(path)).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('bare bzImage'),
  });
});

test('a series that is not there cannot be left out, and those that can be are named', async () => {
  await expect(resolveKernel('without:gone')).rejects.toMatchObject({
    kind: 'usage',
    next: expect.stringContaining('sock-splice'),
  });
});

test('a source that is not there or no tree is refused with what would do', async () => {
  const next = expect.stringContaining('kernel tree');
  for (const source of [join(scratch, 'gone'), scratch])
    await expect(obtainSource({ source })).rejects.toMatchObject({ kind: 'usage', next });
});

test('a tarball that is none, and one without a kernel tree, are refused with what would do', async () => {
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

test('a bundle whose description was cut short is refused', async () => {
  const { dir } = await plantBundle();
  await writeFile(join(dir, 'metadata.json'), '{"id": "kern');
  await expect(resolveKernel(dir)).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringMatching(/metadata\.json describes no kernel bundle: .*JSON/s),
    next: expect.stringContaining('npm run kernel'),
  });
});

test.each(['gone', 'empty', 'file'])('%s is refused with what would do', async (name) => {
  await plant({ 'empty/README': '', file: 'text' }, scratch);
  await expect(resolveKernel(join(scratch, name))).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining(name),
    next: expect.stringContaining('series'),
  });
});

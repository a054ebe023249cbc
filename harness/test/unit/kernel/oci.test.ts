import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sha256 } from '../../../src/host/cache.ts';
import { importBundle } from '../../../src/kernel/import.ts';
import { calledKfuncs, unfitFor } from '../../../src/kernel/kfuncs.ts';
import { writeImage } from '../../../src/kernel/oci/write.ts';
import { resolveKernel } from '../../../src/kernel/resolve.ts';
import { random } from '../../../src/measure/random.ts';
import { btfWith, type Content, changeByte, id, openedBundle } from './bundles.ts';
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

const release = '6.12.99-test';
const module = { 'modules/lib/modules/6.12.99-test/a.ko': `\0x=1\0vermagic=${release} SMP preempt\0` };

async function image(content: Content = {}, { debug = true, name = 'image' } = {}): Promise<string> {
  const bundle = await openedBundle(join(scratch, 'bundle'), content);
  const target = join(scratch, name);
  await writeImage(bundle, target, { debug });
  return target;
}

async function expectRefusal(path: string, why: RegExp): Promise<void> {
  await expect(importBundle(path)).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringMatching(why),
  });
  expect(
    existsSync(join(scratch, 'cache/bundles')) ? readdirSync(join(scratch, 'cache/bundles')) : [],
  ).toEqual([]);
}

const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
const manifestOf = (dir: string) => {
  const { digest } = json(join(dir, 'index.json')).manifests[0];
  return { path: join(dir, 'blobs', digest.replace(':', '/')), digest };
};

/** Replaces the manifest and makes the index name the new one, as somebody would who knows the format. */
async function forge(dir: string, change: (manifest: ReturnType<typeof json>) => void): Promise<void> {
  const index = json(join(dir, 'index.json'));
  const manifest = json(manifestOf(dir).path);
  change(manifest);
  const text = JSON.stringify(manifest);
  index.manifests[0] = { ...index.manifests[0], digest: `sha256:${sha256(text)}`, size: text.length };
  await writeFile(join(dir, 'blobs/sha256', sha256(text)), text);
  await writeFile(join(dir, 'index.json'), JSON.stringify(index));
}

test.each(['image', 'image.tar'])(
  'an image comes back as the bundle that it was made from (%s)',
  async (name) => {
    const imported = await importBundle(await image({ files: module }, { name }));
    const [from, to] = [join(scratch, 'bundle'), imported.dir];
    for (const file of ['bzImage', 'vmlinux', 'System.map', 'config', ...Object.keys(module)])
      expect(await readFile(join(to, file)), file).toEqual(await readFile(join(from, file)));
    expect(imported).toMatchObject({ id, vmlinux: join(to, 'vmlinux'), types: join(to, 'btf') });
  },
);

test('an image without debug information has no vmlinux, and the same types', async () => {
  const imported = await resolveKernel(await image({ btf: { f: ['u64'] } }, { debug: false }));
  expect(imported.vmlinux).toBeUndefined();
  expect(await readFile(imported.types)).toEqual(btfWith({ f: ['u64'] }));
  await expect(writeImage(imported, join(scratch, 'again'), { debug: true })).rejects.toMatchObject({
    kind: 'usage',
    next: expect.stringContaining('--no-debug'),
  });
});

test('two builds of the same inputs make the same image, in a folder and in a tar', async () => {
  for (const name of ['a', 'a.tar']) await image({ metadata: { buildSeconds: 1 } }, { name });
  await rm(join(scratch, 'bundle'), { recursive: true });
  for (const name of ['b', 'b.tar']) await image({ metadata: { buildSeconds: 2 } }, { name });
  await execa('diff', ['-r', join(scratch, 'a'), join(scratch, 'b')]);
  expect(await readFile(join(scratch, 'a.tar'))).toEqual(await readFile(join(scratch, 'b.tar')));
});

test('an image carries the media types, annotations and id that others know', async () => {
  const dir = await image();
  const { layers, annotations } = json(manifestOf(dir).path);
  expect(layers.map(({ mediaType }: { mediaType: string }) => mediaType)).toEqual(
    expect.arrayContaining(
      ['vmlinuz.v1', 'kernelconfig.v1', 'btf.v1', 'modules.v1.tar'].map(
        (name) => `application/vnd.multikernel.kbi.${name}`,
      ),
    ),
  );
  const lines = [`btf:${sha256(btfWith({}))}`, `config:${sha256('content')}`, `vmlinuz:${sha256('content')}`];
  expect(annotations).toMatchObject({
    'io.multikernel.kbi.id': `kbi:sha256:${sha256(lines.join('\n'))}`,
    'io.multikernel.kbi.kver': release,
    'io.multikernel.kbi.arch': 'x86_64',
    'io.zerohop.kernel.id': id,
  });
});

test('a flipped byte in any blob of an image is refused, and nothing enters the cache', async () => {
  const whole = await image({ files: module });
  const blobs = readdirSync(join(whole, 'blobs/sha256'));
  const draw = random(7);
  for (let flip = 0; flip < 20; flip++) {
    const dir = join(scratch, `flip-${flip}`);
    await cp(whole, dir, { recursive: true });
    const blob = join(dir, 'blobs/sha256', blobs[flip % blobs.length] ?? '');
    await changeByte(blob, Math.floor(draw() * readFileSync(blob).length));
    await expectRefusal(dir, /is not a whole kernel bundle/);
  }
});

test.each(['digest', 'size', 'mediaType'])(
  'a flipped byte in the %s of the index is refused',
  async (key) => {
    const whole = await image();
    const text = readFileSync(join(whole, 'index.json'), 'utf8');
    const value = JSON.stringify(json(join(whole, 'index.json')).manifests[0][key]);
    const begin = text.indexOf(value);
    for (let at = begin; at < begin + value.length; at++) {
      await changeByte(join(whole, 'index.json'), at);
      await expectRefusal(whole, /is not a whole kernel bundle/);
      await changeByte(join(whole, 'index.json'), at);
    }
    await importBundle(whole);
  },
);

test.each<[string, RegExp, (manifest: ReturnType<typeof json>) => void]>([
  ['lacks a layer', /no layer of the type .*btf/, ({ layers }) => layers.splice(2, 1)],
  ['has a layer twice', /two layers of the type/, ({ layers }) => layers.push(layers[0])],
  ['has an unknown layer', /unknown type, x/, ({ layers }) => (layers[0].mediaType = 'x')],
  ['says another size', /bytes, not 3/, ({ layers }) => (layers[0].size = 3)],
  [
    'says another id',
    /annotation io\.multikernel\.kbi\.id/,
    ({ annotations }) => (annotations['io.multikernel.kbi.id'] = 'kbi:sha256:0'),
  ],
  ['has another config', /its config is a x/, ({ config }) => (config.mediaType = 'x')],
])('a forged image is refused when its manifest %s', async (_what, why, change) => {
  const dir = await image();
  await forge(dir, change);
  await expectRefusal(dir, why);
});

test('an image is refused when its metadata names another kernel than its files', async () => {
  const dir = await image({ metadata: { files: { bzImage: sha256('other') } } });
  await expectRefusal(dir, /bzImage has another sha256 than metadata.json says/);
});

test('an image is refused when its BTF is not that of its vmlinux', async () => {
  const [dir, other] = [await image(), join(scratch, 'other')];
  const text = readFileSync(await typesOf(other), 'utf8');
  await forge(dir, (manifest) => {
    const btf = manifest.layers[2];
    Object.assign(btf, { digest: `sha256:${sha256(text)}`, size: Buffer.byteLength(text) });
    manifest.annotations['io.multikernel.kbi.id'] = kbiOf(sha256(text));
  });
  await writeFile(join(dir, 'blobs/sha256', sha256(text)), text);
  await expectRefusal(dir, /its BTF is not that of its vmlinux/);
});

async function typesOf(file: string): Promise<string> {
  await writeFile(file, btfWith({ f: [] }));
  return file;
}

const kbiOf = (btf: string) =>
  `kbi:sha256:${sha256([`btf:${btf}`, `config:${sha256('content')}`, `vmlinuz:${sha256('content')}`].join('\n'))}`;

test('an image is refused when a module is for another kernel, by the name of the module', async () => {
  const files = { 'modules/a.ko': '\0vermagic=6.1.0 SMP\0' };
  await expectRefusal(
    await image({ files }),
    /the module modules\/a\.ko is for 6\.1\.0, not for 6\.12\.99-test/,
  );
});

const [kfunc] = calledKfuncs();
const spliced = { patches: [{ series: 'sock-splice', file: 'x', sha256: sha256('x') }] };

test('an image is refused when its series promise a function that its BTF lacks', async () => {
  const dir = await image({ metadata: spliced, btf: { other: ['u64'] } });
  await expectRefusal(dir, /lacks the function bpf_sock_splice_pair, which sock-splice adds/);
});

test('an image is refused when a function has another signature than the BPF programs here call', async () => {
  const dir = await image({ btf: { bpf_sock_splice_pair: ['u64'] } });
  await expectRefusal(
    dir,
    /bpf_sock_splice_pair is "int \(u64\)", and .* "int \(struct bpf_sock_ops \*, u64, u64\)"/,
  );
});

test('an image without the series needs none of their functions', async () => {
  expect(kfunc?.series).toMatch(/^sock-splice/);
  await importBundle(await image({ btf: {} }));
});

test('unfitFor says that BTF cannot be read when it is something else', () => {
  expect(unfitFor(Buffer.from('text'), { patches: [] })).toMatch(/^its BTF cannot be read/);
});

test('an image is refused when its target has something in it', async () => {
  const bundle = await openedBundle(join(scratch, 'bundle'));
  await plant({ 'full/README': '' }, scratch);
  await expect(writeImage(bundle, join(scratch, 'full'), { debug: false })).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('is not empty'),
  });
});

test('a tar that is no image, and a cut one, are refused', async () => {
  await plant({ 'top/README': '' }, scratch);
  await execa('tar', ['-C', scratch, '-cf', join(scratch, 'other.tar'), 'top']);
  await expectRefusal(join(scratch, 'other.tar'), /oci-layout is missing/);
  const tar = await image({}, { name: 'cut.tar' });
  await writeFile(tar, (await readFile(tar)).subarray(0, 20_000));
  await expectRefusal(tar, /is not a whole kernel bundle/);
});

import { existsSync, readdirSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { hashFile } from '../../host/cache.ts';
import { Failure } from '../../host/failure.ts';
import type { Bundle } from '../bundle.ts';
import { sameBytes } from '../same-bytes.ts';
import { btfOf } from '../vmlinux-btf.ts';
import { annotationsOf } from './annotations.ts';
import {
  blobPath,
  type Descriptor,
  type ImageManifest,
  indexFile,
  indexOf,
  layoutContent,
  layoutFile,
} from './layout.ts';
import { configType, debugPart, type ImagePart, imageParts, layerTypes, manifestType } from './media.ts';

export interface ImageOptions {
  /** With the vmlinux. */
  debug: boolean;
}

/** Writes a kernel as an OCI image layout: into a folder, or into a tar if the name ends in .tar. */
export async function writeImage(bundle: Bundle, target: string, options: ImageOptions): Promise<void> {
  if (options.debug && bundle.vmlinux === undefined)
    throw new Failure('usage', `${bundle.id} came without its vmlinux`, {
      next: 'add --no-debug, or pack it where it was built',
    });
  if (existsSync(target) && !(target.endsWith('.tar') || readdirSync(target).length === 0))
    throw new Failure('usage', `${target} is not empty`, { next: 'name a new folder' });
  const scratch = await mkdtemp(join(tmpdir(), 'zerohop-image-'));
  try {
    if (!target.endsWith('.tar')) return await fillLayout(bundle, target, scratch, options);
    const dir = join(scratch, 'layout');
    await fillLayout(bundle, dir, scratch, options);
    await mkdir(dirname(target), { recursive: true });
    await execa('tar', [...sameBytes, '-C', dir, '-cf', target, layoutFile, indexFile, 'blobs']);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** The index comes last: without it a layout is no image. */
async function fillLayout(
  bundle: Bundle,
  dir: string,
  scratch: string,
  { debug }: ImageOptions,
): Promise<void> {
  await mkdir(join(dir, 'blobs/sha256'), { recursive: true });
  const store = (type: string, path: string) => storeBlob(dir, type, path);
  const layers = new Map<ImagePart, Descriptor>();
  for (const part of imageParts.filter((name) => debug || name !== debugPart)) {
    const path = join(scratch, 'part');
    await makers[part](bundle, path);
    layers.set(part, await store(layerTypes[part], path));
  }
  const hash = (part: ImagePart) => layers.get(part)?.digest.replace('sha256:', '') ?? '';
  const manifest: ImageManifest = {
    schemaVersion: 2,
    mediaType: manifestType,
    config: await store(configType, await written(join(scratch, 'metadata'), timeless(bundle))),
    layers: [...layers.values()],
    annotations: annotationsOf(bundle.metadata, {
      vmlinuz: hash('bzImage'),
      btf: hash('btf'),
      config: hash('config'),
    }),
  };
  const stored = await store(manifestType, await written(join(scratch, 'manifest'), manifest));
  await written(join(dir, layoutFile), layoutContent);
  await written(join(dir, indexFile), indexOf(stored));
}

/** How each layer is made from a bundle. */
const makers: Record<ImagePart, (bundle: Bundle, path: string) => Promise<unknown>> = {
  bzImage: ({ image }, path) => copyFile(image, path),
  config: ({ config }, path) => copyFile(config, path),
  'System.map': ({ systemMap }, path) => copyFile(systemMap, path),
  btf: async ({ types, vmlinux }, path) =>
    types === vmlinux ? writeFile(path, await btfOf(types)) : copyFile(types, path),
  modules: ({ modulesDir }, path) => execa('tar', [...sameBytes, '-C', modulesDir, '-cf', path, '.']),
  vmlinux: ({ vmlinux = '' }, path) => execa('zstd', ['-q', '-10', vmlinux, '-o', path]),
};

/** The metadata without what differs between two builds of the same inputs. */
function timeless({ metadata }: Bundle): object {
  return { ...metadata, buildSeconds: 0 };
}

async function storeBlob(dir: string, mediaType: string, path: string): Promise<Descriptor> {
  const digest = `sha256:${await hashFile(path)}`;
  const { size } = await stat(path);
  await copyFile(path, blobPath(dir, digest));
  await rm(path);
  return { mediaType, digest, size };
}

async function written(path: string, value: object): Promise<string> {
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
  return path;
}

import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Metadata, metadataText } from '../bundle.ts';
import { metadataFile } from '../bundle-files.ts';
import { damaged, orDamaged } from '../damaged.ts';
import type { Packed } from '../packed.ts';
import { annotationsOf } from './annotations.ts';
import { blobOf, type Descriptor, type ImageManifest, layoutFile, readImageManifest } from './layout.ts';
import { configType, debugPart, type ImagePart, imageParts, layerTypes } from './media.ts';

export function isLayout(dir: string): boolean {
  return existsSync(join(dir, layoutFile));
}

/** A tar that is not compressed, by its magic at its fixed place. */
export function isImageArchive(file: string): boolean {
  const magic = Buffer.alloc(5);
  const handle = openSync(file, 'r');
  readSync(handle, magic, 0, 5, 257);
  closeSync(handle);
  return magic.toString('latin1') === 'ustar';
}

/** A kernel in an image layout, after checking every digest, size and media type. */
export async function readImage(dir: string, path = dir): Promise<Packed> {
  return orDamaged(path, async () => {
    const manifest = await readImageManifest(dir);
    const parts = await partsOf(dir, manifest);
    const metadata = await metadataOf(dir, manifest.config);
    demandAnnotations(manifest, metadata, parts);
    return {
      metadata,
      files: filesOf(metadata, parts),
      fill: async (into) => {
        await copyFile(await blobOf(dir, manifest.config), join(into, metadataFile));
        for (const [part, blob] of parts) await fillers[part](await blobOf(dir, blob), join(into, part));
      },
    };
  });
}

/** The same in a tar. It is unpacked outside of the cache for as long as `use` takes. */
export async function readImageArchive<T>(file: string, use: (packed: Packed) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'zerohop-image-'));
  try {
    const { failed, stderr } = await execa('tar', ['-xf', file, '-C', dir, '--no-same-owner'], {
      reject: false,
    });
    if (failed) throw damaged(file, stderr.trim().split('\n')[0] ?? 'tar cannot read it');
    return await use(await readImage(dir, file));
  } finally {
    await rm(dir, { recursive: true });
  }
}

type ImageParts = ReadonlyMap<ImagePart, Descriptor>;

/** Each layer once; only that with debug information may be missing. */
async function partsOf(dir: string, { layers }: ImageManifest): Promise<ImageParts> {
  const parts = new Map<ImagePart, Descriptor>();
  for (const layer of layers) {
    const part = imageParts.find((name) => layerTypes[name] === layer.mediaType);
    if (part === undefined) throw new TypeError(`it has a layer of an unknown type, ${layer.mediaType}`);
    if (parts.has(part)) throw new TypeError(`it has two layers of the type ${layer.mediaType}`);
    await blobOf(dir, layer);
    parts.set(part, layer);
  }
  const missing = imageParts.find((name) => name !== debugPart && !parts.has(name));
  if (missing !== undefined) throw new TypeError(`it has no layer of the type ${layerTypes[missing]}`);
  return parts;
}

async function metadataOf(dir: string, config: Descriptor): Promise<Metadata> {
  if (config.mediaType !== configType) throw new TypeError(`its config is a ${config.mediaType}`);
  const parsed = metadataText.safeParse(await readFile(await blobOf(dir, config), 'utf8'));
  if (!parsed.success) throw new TypeError(`its metadata: ${parsed.error.issues[0]?.message}`);
  return parsed.data;
}

function demandAnnotations({ annotations }: ImageManifest, metadata: Metadata, parts: ImageParts): void {
  const identity = {
    vmlinuz: hashOf(parts, 'bzImage'),
    btf: hashOf(parts, 'btf'),
    config: hashOf(parts, 'config'),
  };
  for (const [key, value] of Object.entries(annotationsOf(metadata, identity)))
    if (annotations[key] !== value)
      throw new TypeError(`its annotation ${key} is "${annotations[key]}", expected "${value}"`);
}

/** The files that the metadata lists, and the BTF: a built bundle has it only inside its vmlinux. */
function filesOf({ files }: Metadata, parts: ImageParts): Record<string, string> {
  const { [debugPart]: vmlinux = '', ...others } = files;
  return { ...others, btf: hashOf(parts, 'btf'), ...(parts.has(debugPart) && { [debugPart]: vmlinux }) };
}

function hashOf(parts: ImageParts, part: ImagePart): string {
  return parts.get(part)?.digest.replace('sha256:', '') ?? '';
}

/** How a bundle's file or folder is made from a layer. */
const fillers: Record<ImagePart, (blob: string, path: string) => Promise<unknown>> = {
  bzImage: copyFile,
  config: copyFile,
  'System.map': copyFile,
  btf: copyFile,
  modules: async (blob, path) => {
    await mkdir(path);
    await unpacked('tar', ['-xf', blob, '-C', path, '--no-same-owner']);
  },
  vmlinux: (blob, path) => unpacked('zstd', ['-q', '-d', blob, '-o', path]),
};

async function unpacked(tool: string, args: readonly string[]): Promise<void> {
  const { failed, stderr } = await execa(tool, args, { reject: false });
  if (failed) throw new TypeError(stderr.trim().split('\n')[0] ?? `${tool} cannot read it`);
}

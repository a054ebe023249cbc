import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { hashFile } from '../../host/cache.ts';
import { imageName, manifestType } from './media.ts';

const annotations = z.record(z.string(), z.string());

const descriptorSchema = z.object({
  mediaType: z.string(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.number().int().nonnegative(),
  annotations: annotations.optional(),
});
export type Descriptor = z.infer<typeof descriptorSchema>;

const manifestSchema = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.literal(manifestType),
  config: descriptorSchema,
  layers: z.array(descriptorSchema),
  annotations,
});
export type ImageManifest = z.infer<typeof manifestSchema>;

const indexSchema = z.object({ schemaVersion: z.literal(2), manifests: z.array(descriptorSchema) });
const layoutSchema = z.object({ imageLayoutVersion: z.literal('1.0.0') });

export const layoutFile = 'oci-layout';
export const layoutContent: z.infer<typeof layoutSchema> = { imageLayoutVersion: '1.0.0' };
export const indexFile = 'index.json';
const nameKey = 'org.opencontainers.image.ref.name';

export function indexOf(manifest: Descriptor): object {
  const named = { ...manifest, annotations: { [nameKey]: imageName } };
  return { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [named] };
}

/** The manifest of a layout's only image. Throws an error that says what is wrong. */
export async function readImageManifest(dir: string): Promise<ImageManifest> {
  parsed(layoutSchema, layoutFile, await text(dir, layoutFile));
  const { manifests } = parsed(indexSchema, indexFile, await text(dir, indexFile));
  const [image, ...others] = manifests;
  if (image === undefined || others.length > 0)
    throw new TypeError(`its index lists ${manifests.length} images, expected one`);
  if (image.mediaType !== manifestType) throw new TypeError(`its index lists a ${image.mediaType}`);
  return parsed(manifestSchema, 'its manifest', await readFile(await blobOf(dir, image), 'utf8'));
}

/** The path of a blob, after checking size and digest. */
export async function blobOf(dir: string, { digest, size }: Descriptor): Promise<string> {
  const path = blobPath(dir, digest);
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) throw new TypeError(`the blob ${digest} is missing`);
  if (!found.isFile()) throw new TypeError(`the blob ${digest} is not a regular file`);
  if (found.size !== size) throw new TypeError(`the blob ${digest} has ${found.size} bytes, not ${size}`);
  if (`sha256:${await hashFile(path)}` !== digest) throw new TypeError(`the blob ${digest} was changed`);
  return path;
}

export function blobPath(dir: string, digest: string): string {
  return join(dir, 'blobs', digest.replace(':', '/'));
}

async function text(dir: string, file: string): Promise<string> {
  return readFile(join(dir, file), 'utf8').catch(() => {
    throw new TypeError(`${file} is missing`);
  });
}

function parsed<T>(schema: z.ZodType<T>, what: string, json: string): T {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new TypeError(`${what}: ${(error as Error).message}`);
  }
  const result = schema.safeParse(value);
  if (!result.success) throw new TypeError(`${what}: ${z.prettifyError(result.error).split('\n').join(' ')}`);
  return result.data;
}

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Failure } from '../host/failure.ts';
import { metadataFile } from './bundle-files.ts';
import { bundleIdPattern } from './bundle-id.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** The content of a bundle and its sources: enough to build it again elsewhere. */
export const metadataSchema = z.strictObject({
  /** A plain name, never a path: imports create a folder of this name in the cache. */
  id: z.string().regex(bundleIdPattern),
  /** "6.12.117" */
  version: z.string(),
  /** As `uname -r` prints it. */
  release: z.string(),
  source: z.strictObject({ origin: z.string(), sha256 }),
  patches: z.array(z.strictObject({ series: z.string(), file: z.string(), sha256 })),
  grafts: z.array(z.strictObject({ target: z.string(), sha256 })),
  fragments: z.array(z.strictObject({ file: z.string(), sha256 })),
  configSha256: sha256,
  toolchain: z.strictObject({ gcc: z.string(), ld: z.string(), pahole: z.string() }),
  warnings: z.array(z.string()),
  buildSeconds: z.number().nonnegative(),
  /** Hashes of the bundle's other files by path, to compare two builds and to check a moved bundle. */
  files: z.record(z.string(), sha256),
});
export type Metadata = z.infer<typeof metadataSchema>;

export const metadataText = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
      return z.NEVER;
    }
  })
  .pipe(metadataSchema);

/** A kernel ready to boot, with the files to read its traces and to build BPF programs for it. */
export interface Bundle {
  id: string;
  dir: string;
  /** The bzImage. */
  image: string;
  /** With symbols, DWARF and BTF. An image without debug information lacks it. */
  vmlinux: string | undefined;
  /** The file with the kernel's BTF: `btf` of an imported image, or the vmlinux. */
  types: string;
  systemMap: string;
  config: string;
  /** Holds lib/modules/RELEASE. */
  modulesDir: string;
  metadata: Metadata;
}

/** A kernel that a guest can boot: a bundle, or a bare bzImage without any other file. */
export type BootableKernel = Bundle | BareImage;

export interface BareImage {
  id: string;
  image: string;
  vmlinux?: undefined;
  types?: undefined;
  metadata?: undefined;
}

export function isBundle(dir: string): boolean {
  return existsSync(join(dir, metadataFile)) && existsSync(join(dir, 'bzImage'));
}

export function openBundle(dir: string): Bundle {
  const file = join(dir, metadataFile);
  const metadata = metadataText.safeParse(readFileSync(file, 'utf8'));
  if (!metadata.success)
    throw new Failure('usage', `${file} describes no kernel bundle: ${z.prettifyError(metadata.error)}`, {
      next: 'build the bundle again with this version: npm run kernel -- build',
    });
  const [vmlinux, btf] = [join(dir, 'vmlinux'), join(dir, 'btf')];
  return {
    id: metadata.data.id,
    dir,
    image: join(dir, 'bzImage'),
    vmlinux: existsSync(vmlinux) ? vmlinux : undefined,
    types: existsSync(btf) ? btf : vmlinux,
    systemMap: join(dir, 'System.map'),
    config: join(dir, 'config'),
    modulesDir: join(dir, 'modules'),
    metadata: metadata.data,
  };
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from '../../host/context.ts';
import type { Bundle } from '../../kernel/bundle.ts';
import { resolveKernel } from '../../kernel/resolve.ts';

/** Whole bundles, made from nothing in two cache folders of different names. */
export async function reproducible(context: Context): Promise<string[]> {
  const first = await madeAnew('a', context);
  const second = await madeAnew('another-place', context);
  const files = Object.keys(first.files);
  const different = files.filter((file) => first.files[file] !== second.files[file]);
  process.stdout.write(
    `reproducible: ${files.length - different.length} of ${files.length} files are the same\n`,
  );
  return different.map((file) => `${file} differs between two builds of one input`);
}

async function madeAnew(name: string, context: Context): Promise<Bundle['metadata']> {
  const root = await mkdtemp(join(tmpdir(), `zerohop-${name}-`));
  const before = process.env['ZEROHOP_CACHE'];
  process.env['ZEROHOP_CACHE'] = root;
  try {
    const { metadata } = await resolveKernel(undefined, context);
    return metadata;
  } finally {
    if (before === undefined) delete process.env['ZEROHOP_CACHE'];
    else process.env['ZEROHOP_CACHE'] = before;
    await rm(root, { recursive: true });
  }
}

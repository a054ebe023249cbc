import type { Context } from '../../host/context.ts';
import { builtApart } from '../../kernel/build-apart.ts';
import type { Bundle } from '../../kernel/bundle.ts';
import type { PartResult } from '../part-result.ts';

/** Compares whole bundles, built from scratch in cache folders of different names. */
export async function reproducible(context: Context, names = ['a', 'another-place']): Promise<PartResult> {
  const built: Bundle['metadata']['files'][] = [];
  for (const name of names) built.push((await builtApart(name, [], context)).files);
  const [first] = built;
  if (first === undefined) throw new Error('nothing was built');
  const files = Object.keys(first);
  const different = files.filter((file) => built.some((other) => other[file] !== first[file]));
  return {
    findings: different.map((file) => `${file} differs between ${names.length} builds of one input`),
    figures: { files: files.length, same: files.length - different.length },
  };
}

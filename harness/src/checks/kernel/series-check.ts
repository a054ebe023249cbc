import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashOf, materialise } from '../../host/cache.ts';
import { toolVersion } from '../../host/tool-version.ts';
import { configure } from '../../kernel/build.ts';
import type { Fragment } from '../../kernel/config.ts';
import { make } from '../../kernel/make.ts';
import type { Patch } from '../../kernel/patches.ts';
import type { Source } from '../../kernel/source.ts';
import { readToolchain } from '../../kernel/toolchain.ts';
import { withWorkTree } from '../../kernel/tree.ts';
import { newWarnings, parseWarnings, type Warnings } from './warnings.ts';

/** A series that is checked patch by patch. */
export interface SeriesCheck {
  source: Source;
  fragments: Fragment[];
  /** Patches that are applied before the series. */
  earlier: Patch[];
  series: Patch[];
}

/** Builds the series' objects with and without patch `index`, and returns gcc's and sparse's new warnings. */
export async function checkBuild(check: SeriesCheck, index: number): Promise<string[]> {
  const before = await warningsWith(check, index);
  const now = await warningsWith(check, index + 1);
  const kfuncs = kfuncsOf(check.series);
  return newWarnings(before, now).filter((text) => !isKfunc(text, kfuncs));
}

/** The warnings are cached: the same inputs give the same warnings. */
async function warningsWith(check: SeriesCheck, count: number): Promise<Warnings> {
  const { source, fragments } = check;
  const patches = [...check.earlier, ...check.series.slice(0, count)];
  const objects = touchedObjects(check.series);
  const key = hashOf({
    source: source.sha256,
    fragments: fragments.map(({ sha256 }) => sha256),
    patches: patches.map(({ sha256 }) => sha256),
    objects,
    toolchain: await readToolchain(),
    sparse: (await toolVersion('sparse')).text,
  });
  const entry = await materialise('series-checks', key, (into) =>
    withWorkTree(
      source,
      { grafts: [], patches },
      async (tree) => {
        await configure(tree, fragments);
        const log = join(tree.objectsDir, 'series.log');
        const there = objects.filter((path) => existsSync(join(tree.dir, path.replace(/o$/, 'c'))));
        if (there.length > 0) await make(tree, ['C=2', ...there], { log });
        const text = there.length > 0 ? await readFile(log, 'utf8') : '';
        const warnings = parseWarnings(text, touchedFiles(check.series));
        await writeFile(join(into, 'warnings.json'), JSON.stringify(warnings));
      },
      { room: 'series' },
    ),
  );
  return JSON.parse(await readFile(join(entry, 'warnings.json'), 'utf8')) as Warnings;
}

/** One object for each source file that the series touches. Warnings from headers show there too. */
function touchedObjects(series: readonly Patch[]): string[] {
  return touchedFiles(series)
    .filter((path) => path.endsWith('.c') && !/^(tools|samples|scripts|Documentation)\//.test(path))
    .map((path) => path.replace(/c$/, 'o'));
}

function touchedFiles(series: readonly Patch[]): string[] {
  const paths = series.flatMap(({ text }) =>
    [...text.matchAll(/^\+\+\+ b\/(\S+)$/gm)].map(([, path = '']) => path),
  );
  return [...new Set(paths)].sort();
}

function kfuncsOf(series: readonly Patch[]): string[] {
  return series.flatMap(({ text }) =>
    [...text.matchAll(/^\+__bpf_kfunc .*?(\w+)\(/gm)].map(([, name = '']) => name),
  );
}

/** No header declares a kfunc, because only BPF calls it. Sparse warns about that. */
function isKfunc(text: string, kfuncs: readonly string[]): boolean {
  const name = text.match(/warning: symbol '(\w+)' was not declared/)?.[1];
  return name !== undefined && kfuncs.includes(name);
}

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { execaSync } from 'execa';
import { expect, test } from 'vitest';
import { checkoutRoot } from '../../src/host/cache.ts';

/** Rules that docs/architecture.md states for all of harness/src. */
const root = join(import.meta.dirname, '../../src');
const files = (readdirSync(root, { recursive: true }) as string[]).filter((file) => file.endsWith('.ts'));

/** In the order in which data flows. */
const domains = [
  ...['host', 'kernel', 'guest', 'fabric', 'workload', 'experiment', 'measure', 'store', 'report'],
  ...['run', 'checks', 'nightly', 'artifact', 'notebook.ts', 'cli'],
];

const rankOf = (file: string) => domains.indexOf(file.split('/')[0] ?? '');

test('every file belongs to a domain', () => {
  expect(files.length).toBeGreaterThan(50);
  expect(files.filter((file) => rankOf(file) === -1)).toEqual([]);
});

/** The imports of each file, including types, because a circle of types is a circle of ideas. */
const imports = new Map(
  files.map((file) => {
    const source = readFileSync(join(root, file), 'utf8');
    const paths = [...source.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, path]) =>
      relative(root, join(root, dirname(file), path ?? '')),
    );
    return [file, paths] as const;
  }),
);

test('a domain imports itself and earlier ones', () => {
  const wrong = [...imports].flatMap(([file, paths]) =>
    paths.filter((path) => rankOf(path) > rankOf(file)).map((path) => `${file} imports ${path}`),
  );
  expect(wrong).toEqual([]);
});

test('no file imports itself by way of others', () => {
  const reaches = (from: string): Set<string> => {
    const seen = new Set<string>();
    const visit = (file: string): void => {
      for (const next of imports.get(file) ?? []) {
        if (seen.has(next)) continue;
        seen.add(next);
        visit(next);
      }
    };
    visit(from);
    return seen;
  };
  expect(files.filter((file) => reaches(file).has(file))).toEqual([]);
});

test('no name is exported twice, with two meanings', () => {
  const places = new Map<string, string[]>();
  for (const file of files)
    for (const [, name = ''] of readFileSync(join(root, file), 'utf8').matchAll(declarations))
      places.set(name, [...new Set([...(places.get(name) ?? []), file])]);
  expect(places.size).toBeGreaterThan(500);
  expect([...places].filter(([, where]) => where.length > 1)).toEqual([]);
});

/** `export const splice`, `export type Params`...; a name may stand for a value and for its type in one file. */
const declarations =
  /^export (?:declare |async |abstract )*(?:function\*?|const|let|class|interface|type|enum) +(\w+)/gm;

test('no file exceeds 200 lines', () => {
  const lines = (file: string) => readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length;
  expect(files.filter((file) => lines(file) > 200)).toEqual([]);
});

test('every C file says its license, by the name that SPDX has for it today', () => {
  const places = ['harness/guest', 'bpf', 'qemu', 'kernel-patches'].map((place) => `${place}/*.[ch]`);
  const { stdout } = execaSync('git', ['-C', checkoutRoot(), 'ls-files', ...places], { lines: true });
  expect(stdout.length).toBeGreaterThan(50);
  const firstLine = (file: string) =>
    readFileSync(join(checkoutRoot(), file), 'utf8').split('\n', 1)[0] ?? '';
  const license =
    /^(\/\/|\/\*) SPDX-License-Identifier: (GPL-2\.0-only|GPL-2\.0-or-later|Apache-2\.0)( \*\/)?$/;
  expect(stdout.filter((file) => !license.test(firstLine(file)))).toEqual([]);
});

test('the lock file names packages, not hosts', () => {
  const lock = readFileSync(join(checkoutRoot(), 'package-lock.json'), 'utf8');
  expect(lock.match(/https?:[^"]*/g)).toBeNull();
});

test('execa runs processes in the harness, zx in tools/, and nothing uses both', () => {
  const { stdout } = execaSync('git', ['-C', checkoutRoot(), 'ls-files', '*.ts', '*.mts', '*.mjs'], {
    lines: true,
  });
  const importers = (name: string) =>
    stdout.filter((file) =>
      new RegExp(`(from|import\\() ?'${name}'`).test(readFileSync(join(checkoutRoot(), file), 'utf8')),
    );
  expect(importers('execa').length).toBeGreaterThan(20);
  expect(importers('execa').filter((file) => !file.startsWith('harness/'))).toEqual([]);
  expect(importers('zx').length).toBeGreaterThan(2);
  expect(importers('zx').filter((file) => !file.startsWith('tools/'))).toEqual([]);
});

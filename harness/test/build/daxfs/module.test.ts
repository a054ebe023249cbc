import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, expect, test } from 'vitest';
import { parseWarnings } from '../../../src/checks/kernel/warnings.ts';
import { configure } from '../../../src/kernel/build.ts';
import { readFragments } from '../../../src/kernel/config.ts';
import { make } from '../../../src/kernel/make.ts';
import { fragmentsOf, patchRoot, readPatchSet } from '../../../src/kernel/patches.ts';
import { obtainSource, type Source } from '../../../src/kernel/source.ts';
import { withWorkTree } from '../../../src/kernel/tree.ts';

const dir = join(patchRoot(), 'daxfs/linux');
const files = readdirSync(dir).filter((file) => /\.[ch]$/.test(file));

let source: Source;
beforeAll(async () => {
  source = await obtainSource({});
});

test('checkpatch has nothing to say of the module', async () => {
  const script = join(source.dir, 'scripts/checkpatch.pl');
  const flags = ['--strict', '--terse', '--show-types', '--no-summary', '-f'];
  const paths = files.map((file) => join(dir, file));
  const { stdout } = await execa('perl', [script, `--root=${source.dir}`, ...flags, ...paths], {
    reject: false,
    env: { LC_ALL: 'C.UTF-8' },
  });
  expect(files.length).toBeGreaterThan(5);
  expect(stdout).toBe('');
});

test('gcc and sparse have nothing to say of the module, and its core keeps its LOCK prefixes', async () => {
  const set = readPatchSet();
  const targets = set.grafts.map(({ target }) => target);
  const { text, sections } = await withWorkTree(
    source,
    set,
    async (tree) => {
      await configure(tree, readFragments(fragmentsOf(set)));
      const log = join(tree.objectsDir, 'daxfs.log');
      await make(tree, ['C=2', 'fs/daxfs/'], { log });
      const objects = targets.filter((target) => /core\/.*\.c$/.test(target));
      const paths = objects.map((target) => join(tree.objectsDir, target.replace(/c$/, 'o')));
      const { stdout } = await execa('readelf', ['--section-headers', '--wide', ...paths]);
      return { text: await readFile(log, 'utf8'), sections: stdout };
    },
    { room: 'series' },
  );
  expect(text).toMatch(/CHECK .*fs\/daxfs\/core\/map\.c/);
  expect(parseWarnings(text, targets)).toEqual({});
  // The kernel lists there what it patches while one CPU is present.
  expect(sections).toContain('core/map.o');
  expect(sections).not.toContain('.smp_locks');
});

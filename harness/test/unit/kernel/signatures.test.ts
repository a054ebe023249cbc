import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkoutRoot } from '../../../src/host/cache.ts';

const authors = 'zerohop authors <authors@zerohop.example>';
const series = readdirSync(join(checkoutRoot(), 'kernel-patches/series'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => `kernel-patches/series/${name}`);

test.for(['qemu/patches', ...series])(
  '%s: the authors sign every patch, and its subject names what it changes',
  (folder) => {
    const files = readdirSync(join(checkoutRoot(), folder)).filter((file) => file.endsWith('.patch'));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const [head = ''] = readFileSync(join(checkoutRoot(), folder, file), 'utf8').split('\n---\n');
      expect(head.match(/^From: .*(\n .*)?/m)?.[0], file).toBe(`From: ${authors}`);
      expect(head.match(/^Signed-off-by: .*/gm), file).toEqual([`Signed-off-by: ${authors}`]);
      expect(head.match(/^Subject: .*/m)?.[0], file).toMatch(
        /^Subject: \[PATCH[^\]]*\] (?:[\w/, +-]+: )+[A-Z]/,
      );
    }
  },
);

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { declaredIn } from '../../../src/host/declared.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zerohop-declared-'));
});
afterEach(() => rm(folder, { recursive: true }));

const write = (file: string, text: string) => writeFile(join(folder, file), text);

test('a folder declares the default exports of its files, and nothing for a file without one', async () => {
  await write('second.ts', "export default { name: 'second' };\n");
  await write('first.ts', "export default { name: 'first' };\n");
  await write('helper.ts', 'export const helper = 1;\n');
  await write('notes.md', '# no module\n');
  expect(await declaredIn(folder)).toEqual([{ name: 'first' }, { name: 'second' }]);
});

test('a declaration under the name of another file is refused', async () => {
  await write('copy.ts', "export default { name: 'original' };\n");
  await expect(declaredIn(folder)).rejects.toThrow(/copy\.ts declares "original"/);
});

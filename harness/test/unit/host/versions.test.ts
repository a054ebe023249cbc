import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pinOf } from '../../../src/host/versions.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zerohop-versions-'));
});
afterEach(() => rm(dir, { recursive: true }));

async function pins(text: string): Promise<string> {
  const file = join(dir, 'versions.json');
  await writeFile(file, text);
  return file;
}

test('the checkout pins the kernel source', () => {
  expect(pinOf('linux-source-6.12').version).toMatch(/^6\.12\./);
});

test('a name without a pin lists those that have one', async () => {
  const file = await pins(JSON.stringify({ known: { version: '1', sha256: 'a'.repeat(64) } }));
  expect(() => pinOf('unknown', file)).toThrow(/pins no unknown/);
});

test.each([
  ['{', /cannot be read/],
  ['{"known": {"version": "1"}}', /sha256/],
  ['{"known": {"version": "1", "sha256": "abc"}}', /64 hexadecimal digits/],
])('%s is refused with the reason and what to do', async (text, reason) => {
  const file = await pins(text);
  const told = { message: expect.stringMatching(reason), next: expect.any(String) };
  expect(() => pinOf('known', file)).toThrow(expect.objectContaining(told));
});

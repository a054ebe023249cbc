import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { built } from '../../../src/host/built.ts';

/** A "build" that copies what it is given, so that no compiler is needed; make's own version stands for one's. */
const makefile = 'all:\n\tcp source.txt $(OUT)/made\n\ttest -z "$(IN)" || cat $(IN) >> $(OUT)/made\n';
const compilers = ['make'];

let scratch: string;
let dir: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'zerohop-built-'));
  dir = mkdtempSync(join(scratch, 'sources-'));
  vi.stubEnv('ZEROHOP_CACHE', join(scratch, 'cache'));
  writeFileSync(join(dir, 'Makefile'), makefile);
  writeFileSync(join(dir, 'source.txt'), 'one\n');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(scratch, { recursive: true });
});

const read = (place: string) => readFileSync(join(place, 'made'), 'utf8');

test('built makes a folder of sources once, and anew when a source has changed', async () => {
  const first = await built({ kind: 'thing', dir, compilers });
  expect(read(first)).toBe('one\n');
  expect(await built({ kind: 'thing', dir, compilers })).toBe(first);
  writeFileSync(join(dir, 'source.txt'), 'two\n');
  const second = await built({ kind: 'thing', dir, compilers });
  expect(second).not.toBe(first);
  expect(read(second)).toBe('two\n');
});

test('built tells builds with other inputs apart, and leaves no input behind', async () => {
  const withInput = (text: string) =>
    built({ kind: 'thing', dir, compilers, input: { variable: 'IN', name: 'in.h', text } });
  const a = await withInput('a\n');
  expect(read(a)).toBe('one\na\n');
  expect(await withInput('b\n')).not.toBe(a);
  expect(() => readFileSync(join(a, 'in.h'))).toThrow();
});

test('built names doctor when a compiler is missing, and shows what make said when the build fails', async () => {
  await expect(built({ kind: 'thing', dir, compilers: ['no-such-compiler'] })).rejects.toMatchObject({
    kind: 'infra',
    message: expect.stringContaining('no-such-compiler does not run'),
    next: expect.stringContaining('npm run doctor'),
  });
  rmSync(join(dir, 'source.txt'));
  await expect(built({ kind: 'thing', dir, compilers })).rejects.toThrow(/does not build:[\s\S]*source\.txt/);
});

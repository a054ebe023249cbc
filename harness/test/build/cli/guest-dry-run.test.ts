import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkoutRoot } from '../../../src/host/cache.ts';

let cache: string;
beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), 'zerohop-dry-run-'));
});
afterAll(() => rm(cache, { recursive: true }));

const dryRun = (...flags: string[]) =>
  execa(process.execPath, [join(checkoutRoot(), 'harness/entry.mjs'), 'guest', '--dry-run', ...flags], {
    env: { ZEROHOP_CACHE: cache },
  });

/** The folders of the cache that a download or a build fills. */
const filled = () =>
  ['packages', 'root-packages', 'root', 'guest-programs', 'source', 'bundles', 'qemu', 'fabricd'].filter(
    (kind) => existsSync(join(cache, kind)),
  );

test('a dry run with an empty cache fetches and builds nothing, and names what is missing', async () => {
  const { stdout, stderr } = await dryRun('--append', "a='b c'");
  expect(stdout).toMatch(/^qemu-system-x86_64 .*-kernel KERNEL -initrd ROOT -append '.*a=.*' /);
  expect(stderr).toMatch(/^zerohop: KERNEL is the kernel kernel-\w+: not built yet, a run would build it$/m);
  expect(stderr).toMatch(/^zerohop: ROOT is the root filesystem: not built yet, a run would build it$/m);
  expect(filled()).toEqual([]);
});

test('a dry run of a bare image fetches no packages', async () => {
  const image = join(cache, 'bzImage');
  const bytes = Buffer.alloc(1024);
  bytes.write('HdrS', 0x202);
  await writeFile(image, bytes);
  const { stdout } = await dryRun('--kernel', image);
  expect(stdout).toContain(` -kernel ${image} -initrd ROOT `);
  expect(filled()).toEqual([]);
});

test.each(['shm', 'tcp'])('a dry run on the fabric %s builds no QEMU and no server', async (fabric) => {
  const { stdout, stderr } = await dryRun('--hosts', '2', '--fabric', fabric);
  expect(stdout).toMatch(/^(QEMU|qemu-system-x86_64) .*\n(QEMU|qemu-system-x86_64) .*$/);
  if (stdout.startsWith('QEMU'))
    expect(stderr).toMatch(/^zerohop: QEMU is .*: not built yet, a run would build it$/m);
  expect(filled()).toEqual([]);
});

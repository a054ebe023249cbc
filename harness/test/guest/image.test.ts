import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { checkoutRoot } from '../../src/host/cache.ts';
import { resolveKernel } from '../../src/kernel/resolve.ts';

const entry = join(checkoutRoot(), 'harness/entry.mjs');

test('a kernel boots from its image without debug information, with the BPF programs built for its types', async ({
  onTestFinished,
}) => {
  const scratch = await mkdtemp(join(tmpdir(), 'zerohop-image-'));
  onTestFinished(() => rm(scratch, { recursive: true }));
  const image = join(scratch, 'image');
  await execa('node', [entry, 'kernel', 'pack', '--oci', image, '--no-debug']);
  const { stdout: bytes } = await execa('du', ['-sb', image]);
  expect(Number.parseInt(bytes, 10)).toBeLessThan(20e6);
  // A cache of its own has no kernel of this id yet.
  const env = { ZEROHOP_CACHE: join(scratch, 'cache') };
  const { stdout: imported } = await execa('node', [entry, 'kernel', 'import', image], { env });
  const command = [
    '--kernel',
    imported,
    '--',
    'sh',
    '-c',
    'uname -r; splicectl enable --cgroup /sys/fs/cgroup && splicectl status --json',
  ];
  const { stdout } = await execa('node', [entry, 'guest', ...command]);
  const { metadata } = await resolveKernel(undefined);
  expect(stdout.split('\n')[0]).toBe(metadata.release);
  expect(JSON.parse(stdout.split('\n').slice(1).join('\n'))).toBeTypeOf('object');
});

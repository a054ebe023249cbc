import { expect, test } from 'vitest';
import type { Metadata } from '../../../src/kernel/bundle.ts';
import type { TestedKernel } from '../../../src/run/machine.ts';
import { createRun } from '../../../src/run/open.ts';
import { buildWarnings, kernelOf, originsIn, packagesIn, toolsHere } from '../../../src/run/provenance.ts';
import { readManifest } from '../../../src/store/read-run.ts';
import { scratch, start } from '../store/made.ts';

const sha = (digit: string) => digit.repeat(64);
const metadata: Metadata = {
  id: 'kernel-1',
  version: '6.12.1',
  release: '6.12.1-zerohop',
  source: { origin: 'linux-source-6.12 6.12.1', sha256: sha('1') },
  patches: [{ series: 'splice', file: '0001-a.patch', sha256: sha('2') }],
  grafts: [{ target: 'fs/daxfs', sha256: sha('3') }],
  fragments: [{ file: 'base.config', sha256: sha('4') }],
  configSha256: sha('5'),
  toolchain: { gcc: 'gcc 12.2.0', ld: 'ld 2.40', pahole: 'v1.24' },
  warnings: ['the mirrors no longer have 6.12.0: built from 6.12.1'],
  buildSeconds: 1,
  files: { bzImage: sha('6'), vmlinux: sha('7'), 'System.map': sha('8'), config: sha('9') },
};
const netperf = { name: 'netperf', version: '2.7.0-0.1', sha256: sha('a') };
const libc = { name: 'libc6', version: '2.36', sha256: sha('b') };
const tested = { name: 'patched', kernel: { id: 'kernel-1', metadata }, root: { packages: [netperf, libc] } };
const testedKernels = [tested as unknown as TestedKernel];

test('a manifest names all inputs of a kernel', async () => {
  const kernels = testedKernels.map(kernelOf);
  const run = await createRun(start({ kernels }), await scratch());
  await run[Symbol.asyncDispose]();
  expect((await readManifest(run.dir)).kernels).toMatchObject([
    {
      bundle: 'kernel-1',
      patches: [{ name: 'splice/0001-a.patch', sha256: sha('2') }],
      grafts: [{ name: 'fs/daxfs', sha256: sha('3') }],
      fragments: [{ name: 'base.config', sha256: sha('4') }],
      toolchain: { ld: 'ld 2.40', pahole: 'v1.24' },
    },
  ]);
});

test('a manifest names the guests’ packages by version and hash, and the origin of non-free ones', () => {
  expect(packagesIn(testedKernels)).toEqual({
    packages: { netperf: '2.7.0-0.1', libc6: '2.36' },
    packageHashes: { netperf: sha('a'), libc6: sha('b') },
  });
  expect(originsIn(testedKernels)).toEqual({
    'origin of netperf': 'the binary package of Debian bookworm, non-free',
  });
});

test('a manifest names the build tools of this machine', async () => {
  expect(await toolsHere()).toMatchObject({
    gcc: expect.stringMatching(/^\d+\.\d/),
    git: expect.any(String),
  });
});

test('buildWarnings repeats the warnings of a kernel’s build for the run', () => {
  expect(buildWarnings(testedKernels)).toEqual([
    'kernel patched: the mirrors no longer have 6.12.0: built from 6.12.1',
  ]);
});

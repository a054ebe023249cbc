import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkoutRoot } from '../../../src/host/cache.ts';
import { readManifest } from '../../../src/store/read-run.ts';
import { runDifferences } from '../../../src/store/run-differences.ts';

const a = await readManifest(join(checkoutRoot(), 'results/reference/netperf'));
const [kernel] = a.kernels;
if (kernel === undefined) throw new Error('the reference run has a kernel');
const [patch] = kernel.patches;
if (patch === undefined) throw new Error('its kernel has a patch');

test('runDifferences finds nothing between a run and itself', () => {
  expect(runDifferences(a, a)).toEqual([]);
});

test('runDifferences names patches, configuration, an uncommitted tree, packages and profile', () => {
  const patches = [
    { ...patch, sha256: 'f'.repeat(64) },
    ...kernel.patches.slice(1),
    { name: 'new.patch', sha256: 'e'.repeat(64) },
  ];
  const b = {
    ...a,
    request: { ...a.request, profile: 'paper' as const },
    kernels: [{ ...kernel, configHash: 'c0ffee', patches }],
    zerohop: { ...a.zerohop, dirty: true },
    packages: { ...a.packages, netperf: '9.9' },
  };
  expect(runDifferences(a, b)).toEqual([
    'profile: quick in A, paper in B',
    `kernel default, configHash: ${kernel.configHash} in A, c0ffee in B`,
    `kernel default, patch ${patch.name}: ${patch.sha256.slice(0, 12)} in A, ffffffffffff in B`,
    'kernel default, patch new.patch: none in A, eeeeeeeeeeee in B',
    'tree: as committed in A, with uncommitted changes in B',
    `package netperf: ${a.packages['netperf']} in A, 9.9 in B`,
  ]);
});

test('runDifferences names a kernel that one run alone has', () => {
  const b = { ...a, kernels: [kernel, { ...kernel, name: 'patched' }] };
  expect(runDifferences(a, b)).toEqual(['kernel patched: only in B']);
});

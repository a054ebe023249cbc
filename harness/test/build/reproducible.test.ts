import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { hashFile } from '../../src/host/cache.ts';
import { configure } from '../../src/kernel/build.ts';
import { readFragments } from '../../src/kernel/config.ts';
import { make } from '../../src/kernel/make.ts';
import { readPatchSet } from '../../src/kernel/patches.ts';
import { obtainSource } from '../../src/kernel/source.ts';
import { type WorkTree, withWorkTree } from '../../src/kernel/tree.ts';

const core = ['sock', 'skmsg', 'stream', 'datagram', 'scm', 'request_sock', 'dst', 'gso', 'gro', 'netevent'];
const ipv4 = [
  'tcp_bpf',
  'tcp_timer',
  'tcp_cong',
  'tcp_rate',
  'tcp_recovery',
  'protocol',
  'ip_input',
  'datagram',
];
const objects = [
  ...core.map((name) => `net/core/${name}.o`),
  ...ipv4.map((name) => `net/ipv4/${name}.o`),
  'net/tls/tls_main.o',
  'net/smc/smc_loopback.o',
];

let elsewhere: string;
beforeAll(async () => {
  elsewhere = await mkdtemp(join(tmpdir(), 'zerohop-objects-'));
});
afterAll(() => rm(elsewhere, { recursive: true }));

test('twenty objects are the same bytes whichever folder they are built in', async () => {
  const hashes = await withWorkTree(await obtainSource({}), readPatchSet(), async (tree) => {
    await configure(tree, readFragments());
    await compile(tree);
    const other = { ...tree, objectsDir: elsewhere };
    await copyPreparation(tree, other);
    // The compiler itself has to give them again.
    vi.stubEnv('CCACHE_DISABLE', '1');
    await compile(other);
    return [await hashObjects(tree), await hashObjects(other)];
  });
  expect(Object.keys(hashes[0] ?? {})).toHaveLength(20);
  expect(hashes[1]).toEqual(hashes[0]);
});

function compile(tree: WorkTree): Promise<void> {
  return make(tree, objects, { log: join(tree.objectsDir, 'reproducible.log') });
}

/** Copies kbuild's generated headers and tools, which it makes before the first object. */
async function copyPreparation(from: WorkTree, to: WorkTree): Promise<void> {
  const parts = ['.config', 'include', 'scripts', 'tools', 'arch/x86/include', 'arch/x86/tools'];
  await execa('cp', ['-a', '--parents', '-t', to.objectsDir, ...parts], { cwd: from.objectsDir });
}

async function hashObjects({ objectsDir }: WorkTree): Promise<Record<string, string>> {
  const hashes = objects.map(async (object) => [object, await hashFile(join(objectsDir, object))] as const);
  return Object.fromEntries(await Promise.all(hashes));
}

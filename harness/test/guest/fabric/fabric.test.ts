import { readdir, rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bringUp } from '../../../src/fabric/bring-up.ts';
import { type Fabric, type FabricKind, startFabric } from '../../../src/fabric/fabric.ts';
import { qemuIsBuilt } from '../../../src/fabric/qemu-build.ts';
import { countSchema, selfTest } from '../../../src/fabric/self-test.ts';
import type { Server } from '../../../src/fabric/server.ts';
import type { Host } from '../../../src/guest/host.ts';
import { bootHosts } from '../../../src/guest/hosts.ts';
import { newLogFolder } from '../../../src/guest/log-folder.ts';
import type { HostSpec } from '../../../src/guest/spec.ts';
import { testSpec } from '../test-host.ts';

const mib = 2 ** 20;
const sizes: Readonly<Record<FabricKind, number>> = { shm: 256 * mib, tcp: 64 * mib };
const cleanups: (() => Promise<unknown>)[] = [];

/** Its build takes longer than a test may: `npm run guest -- --hosts 2 --fabric shm -- true` does it once. */
beforeEach(async (context) => {
  if (!(await qemuIsBuilt())) context.skip('the QEMU of the fabrics is not built on this machine');
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function twoHosts(kind: FabricKind, changes: Partial<HostSpec> = {}) {
  const fabric = await startFabric({ kind, sizeBytes: sizes[kind], hosts: 2 });
  cleanups.push(async () => fabric[Symbol.asyncDispose]());
  const specs = await Promise.all([0, 1].map((index) => specFor(fabric, index, changes)));
  const hosts = await bootHosts(specs);
  cleanups.push(() => Promise.all(hosts.map((host) => host.kill())));
  const memories = await Promise.all(hosts.map((host) => bringUp(host, sizes[kind])));
  return { fabric, hosts: hosts as [Host, Host], memories };
}

async function specFor(fabric: Fabric, index: number, changes: Partial<HostSpec>): Promise<HostSpec> {
  const logDir = await newLogFolder('tests');
  cleanups.unshift(() => rm(logDir, { recursive: true }));
  const { qemuArgs, ...attachment } = fabric.attach(index);
  const env = { HOST_INDEX: `${index}`, HOST_COUNT: '2' };
  const spec = await testSpec({ name: `h${index}`, logDir, env, ...attachment, ...changes });
  return { ...spec, qemuArgs: [...qemuArgs, ...(changes.qemuArgs ?? [])] };
}

async function counts(hosts: readonly Host[], ...args: string[]) {
  const runs = hosts.map((host) => host.run(['zerohop-cas', '--json', ...args], { timeoutMs: 90_000 }));
  const results = await Promise.all(runs);
  return results.map(({ status, stdout }) => ({ status, ...countSchema.parse(JSON.parse(`${stdout}`)) }));
}

describe.each(['shm', 'tcp'] as const)('two hosts on %s', (kind) => {
  const ops = kind === 'shm' ? '1000000' : '5000';

  test('count together and lose nothing', async () => {
    const { hosts, memories } = await twoHosts(kind);
    for (const memory of memories)
      expect(memory).toMatchObject({
        path: 'cxl',
        device: '/dev/dax0.0',
        bytes: sizes[kind],
        region: 'region0',
      });
    expect(await selfTest(kind, hosts)).toHaveLength(4);
    for (const op of ['cas', 'add', 'slots'])
      for (const end of await counts(hosts, '--op', op, '--ops', ops))
        expect(end).toMatchObject({ status: 0, lost: 0, gave_up: false, final: 2 * Number(ops) });
  });
});

describe('the self-test refuses hosts', () => {
  test.each<[string, Partial<HostSpec>]>([
    ['that can only ever have one vCPU', { cpus: 1, qemuArgs: ['-smp', '1,maxcpus=1'] }],
    ['whose instructions are counted', { clock: 'virtual', bootTimeoutMs: 240_000 }],
    ['whose window is one of accessors', { qemuArgs: ['-global', 'cxl-type3.x-straight=off'] }],
  ])('%s', async (_, changes) => {
    const { hosts } = await twoHosts('shm', changes);
    await expect(selfTest('shm', hosts)).rejects.toThrow('atomics are not atomic between these hosts');
  });
});

describe('tcp', () => {
  test('a host killed in mid-operation takes no other with it', async () => {
    const { fabric, hosts } = await twoHosts('tcp');
    const [victim, survivor] = hosts;
    const held = (await fabric.server?.statistics())?.find(({ host }) => host === 0);
    const done = Object.values(held?.operations ?? {}).reduce((sum, many) => sum + many, 0);
    const holding = fabric.server?.holdOperation(0, done + 200, 'before');
    const lost = victim.run(['zerohop-cas', '--ops', '100000'], { env: { HOST_COUNT: '1' } });
    lost.catch(() => {});
    await holding;
    await victim.kill();
    await expect(lost).rejects.toThrow('was stopped');
    const waiting = await survivor.run(['zerohop-cas', '--seconds', '2']);
    expect(waiting).toMatchObject({ status: 3 });
    expect(waiting.stderr.toString()).toContain('the other hosts did not come within 2 s');
    const alone = await survivor.run(['zerohop-cas', '--ops', '2000', '--host', '0', '--hosts', '1']);
    expect(alone.status).toBe(0);
  });

  test('hosts end when their server does', async () => {
    const { fabric, hosts } = await twoHosts('tcp');
    const running = hosts.map((host) => host.run(['zerohop-cas', '--ops', '1000000']));
    for (const run of running) run.catch(() => {});
    await (fabric.server as Server).stop();
    for (const run of running)
      await expect(run).rejects.toThrow(/fabric server \S+ is lost.*this machine ends/);
  });
});

test('shared memory has no name that could stay', async () => {
  const before = await readdir('/dev/shm');
  const fabric = await startFabric({ kind: 'shm', sizeBytes: sizes.shm, hosts: 2 });
  expect(await readdir('/dev/shm')).toEqual(before);
  await fabric[Symbol.asyncDispose]();
});

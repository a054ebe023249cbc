import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterEach, expect, test } from 'vitest';
import { faultLife } from '../../../src/checks/fabric/fault-life.ts';
import { checkoutRoot } from '../../../src/host/cache.ts';
import { gone } from '../processes.ts';
import { endClusters, testCluster } from './test-cluster.ts';

afterEach(endClusters);

/** The nightly part `fabric` draws hundreds. */
test.each([
  { kind: 'shm', pauses: 4, seed: 1 },
  { kind: 'tcp', pauses: 4, seed: 2 },
] as const)('hosts on $kind outlive pauses and a death among them', async ({ kind, pauses, seed }) => {
  const life = await faultLife(await testCluster(kind), { pauses, draw: drawFrom(seed) });
  expect(life.faults).toHaveLength(pauses + 1);
  expect(life.wrong).toEqual([]);
});

test('a fabric leaves nothing behind when the harness is killed', async () => {
  const before = await readdir('/dev/shm');
  const dir = await mkdtemp(join(tmpdir(), 'zerohop-share-'));
  const argv = ['--hosts', '2', '--fabric', 'tcp', '--cxl', '64M', '--share', `${dir}:/mnt:rw`];
  const command = ['--', 'sh', '-c', 'touch /mnt/up$HOST_INDEX; sleep 1000'];
  const run = execa('node', [join(checkoutRoot(), 'harness/entry.mjs'), 'guest', ...argv, ...command], {
    reject: false,
    all: true,
  });
  while (!existsSync(join(dir, 'up0')) || !existsSync(join(dir, 'up1'))) {
    if (run.exitCode !== null && run.exitCode !== undefined) throw new Error((await run).all);
    await sleep(50);
  }
  const children = (await childrenOf(run.pid as number)).filter(({ name }) => /fabricd|qemu/.test(name));
  expect(children.map(({ name }) => name).sort()).toEqual(['fabricd', 'qemu-system-x86', 'qemu-system-x86']);
  const port = await portOf(children.find(({ name }) => name === 'fabricd')?.pid as number);
  expect(await answers(port)).toBe(true);
  run.kill('SIGKILL');
  await run;
  for (const { pid } of children) expect(await gone(pid)).toBe(true);
  expect(await answers(port)).toBe(false);
  expect(await readdir('/dev/shm')).toEqual(before);
  await rm(dir, { recursive: true });
});

/** The same numbers for the same seed. */
function drawFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

async function childrenOf(parent: number): Promise<{ pid: number; name: string }[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')));
  return stats.flatMap((stat) => {
    const [, pid, name = '', ppid] = /^(\d+) \((.*)\) \S (\d+)/.exec(stat) ?? [];
    return Number(ppid) === parent ? [{ pid: Number(pid), name }] : [];
  });
}

/** Where fabricd listens, as the kernel's table of sockets says. */
async function portOf(pid: number): Promise<number> {
  const links = await execa('ls', ['-l', `/proc/${pid}/fd`]);
  const inodes = [...links.stdout.matchAll(/socket:\[(\d+)\]/g)].map(([, inode]) => inode);
  const table = await readFile(`/proc/${pid}/net/tcp`, 'utf8');
  for (const line of table.split('\n')) {
    const fields = line.trim().split(/\s+/);
    if (fields[3] === '0A' && inodes.includes(fields[9] ?? ''))
      return Number.parseInt(fields[1]?.split(':')[1] ?? '', 16);
  }
  throw new Error('fabricd does not listen');
}

async function answers(port: number): Promise<boolean> {
  const socket = net.connect(port, '127.0.0.1');
  return new Promise((resolve) => {
    socket.on('connect', () => resolve(true));
    socket.on('error', () => resolve(false));
  }).then((answered) => {
    socket.destroy();
    return answered as boolean;
  });
}

import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { boot } from '../../src/guest/boot.ts';
import { bootHosts } from '../../src/guest/hosts.ts';
import type { HostSpec } from '../../src/guest/spec.ts';
import { gone, guestsOf } from './processes.ts';
import { testSpec } from './test-host.ts';

const specs: HostSpec[] = [];

afterEach(async () => {
  for (const { logDir } of specs.splice(0)) await rm(logDir, { recursive: true });
});

async function specOf(changes: Partial<HostSpec> = {}): Promise<HostSpec> {
  const spec = await testSpec(changes);
  specs.push(spec);
  return spec;
}

test('an aborted boot leaves nothing running', async () => {
  const stop = new AbortController();
  const booting = boot(await specOf(), { signal: stop.signal });
  await sleep(600);
  const [pid] = await guestsOf(process.pid);
  expect(pid).toBeDefined();
  stop.abort(new Error('given up'));
  await expect(booting).rejects.toThrow('given up');
  expect(await gone(pid as number)).toBe(true);
  await expect(boot(await specOf(), { signal: stop.signal })).rejects.toThrow('given up');
  expect(await guestsOf(process.pid)).toEqual([]);
});

test('a boot that is aborted before QEMU runs starts nothing', async () => {
  const stop = new AbortController();
  const booting = boot(await specOf(), { signal: stop.signal });
  stop.abort(new Error('given up'));
  await expect(booting).rejects.toThrow('given up');
  expect(await guestsOf(process.pid)).toEqual([]);
});

test('a host ends with its scope, and fails its pending runs', async () => {
  let run: Promise<unknown>;
  let pid: number | undefined;
  {
    await using host = await boot(await specOf());
    pid = host.pid;
    run = host.run(['sleep', '1000']).catch((reason) => reason);
  }
  expect(await run).toMatchObject({ kind: 'infra', message: 'h0 was stopped' });
  expect(await gone(pid as number)).toBe(true);
  expect(await guestsOf(process.pid)).toEqual([]);
});

test('powerOff powers the guest off', async () => {
  const host = await boot(await specOf());
  await host.powerOff();
  expect(await host.consoleText()).toContain('reboot: Power down');
});

test('hosts boot in parallel, have different names, and hold different CPUs', async () => {
  const hosts = await bootHosts([
    await specOf({ name: 'h0', cpus: 1 }),
    await specOf({ name: 'h1', cpus: 1 }),
  ]);
  try {
    const names = await Promise.all(hosts.map(async (host) => `${(await host.run(['hostname'])).stdout}`));
    expect(names).toEqual(['h0\n', 'h1\n']);
    const cpus = hosts.flatMap(({ facts }) => facts.cpus);
    expect(new Set(cpus).size).toBe(cpus.length);
  } finally {
    await Promise.all(hosts.map((host) => host.kill()));
  }
});

test('bootHosts leaves no host running when one cannot boot', async () => {
  const good = await specOf({ name: 'h0' });
  const bad = await specOf({ name: 'h1', append: ['rdinit=/no/such', 'init=/no/such'] });
  await expect(bootHosts([good, bad])).rejects.toMatchObject({
    kind: 'infra',
    message: expect.stringMatching(/^h1: /),
  });
  expect(await guestsOf(process.pid)).toEqual([]);
});

import { rm } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import { boot } from '../../src/guest/boot.ts';
import { scanConsole } from '../../src/guest/console/splat.ts';
import type { Host } from '../../src/guest/host.ts';
import type { HostSpec } from '../../src/guest/spec.ts';
import { testSpec } from './test-host.ts';

let specs: HostSpec[] = [];

afterEach(async ({ task }) => {
  if (task.result?.state === 'pass')
    await Promise.all(specs.map(({ logDir }) => rm(logDir, { recursive: true })));
  specs = [];
});

async function specOf(changes: Partial<HostSpec> = {}): Promise<HostSpec> {
  const spec = await testSpec(changes);
  specs.push(spec);
  return spec;
}

const sh = (script: string) => ['sh', '-c', script];

/** Runs beside the fatal command, to see that whoever waits learns of the end. */
async function deathOf(host: Host, fatal: string) {
  const bystander = host.run(['sleep', '1000']).catch((reason) => reason);
  const reason = await host.run(sh(fatal)).catch((error) => error);
  expect(await bystander).toBe(reason);
  expect(await host.run(['true']).catch((error) => error)).toBe(reason);
  return reason;
}

test('a panic during a command is a failure of the kernel', async () => {
  await using host = await boot(await specOf());
  const reason = await deathOf(host, 'echo c > /proc/sysrq-trigger; sleep 1000');
  expect(reason).toMatchObject({ kind: 'kernel', log: host.consoleLog });
  expect(reason.message).toMatch(/^h0: the kernel panicked: sysrq triggered crash/);
  expect(scanConsole(await host.consoleText())[0]?.kind).toBe('panic');
});

test('a warning is on the console when the command that caused it has ended', async () => {
  await using host = await boot(await specOf());
  expect(scanConsole(await host.consoleText())).toEqual([]);
  const warn = sh('echo WARNING > /sys/kernel/debug/provoke-crash/DIRECT');
  expect((await host.run(warn)).status).toBe(0);
  expect(scanConsole(await host.consoleText())).toMatchObject([{ kind: 'WARN' }]);
});

test('a guest that does not answer is a failure of the kernel', async () => {
  await using host = await boot(await specOf({ silenceMs: 1500 }));
  // The agent in a frozen cgroup: the kernel lives, and nobody answers.
  const freeze =
    'cd /sys/fs/cgroup; mkdir ice; echo 1 > ice/cgroup.freeze; echo 1 > ice/cgroup.procs; sleep 1000';
  const reason = await deathOf(host, freeze);
  expect(reason).toMatchObject({ kind: 'kernel' });
  expect(reason.message).toMatch(/hangs: no sign for \d+ s, and no answer when asked/);
});

test('a hang does not hide behind a time limit, and the console says where it is', async () => {
  await using host = await boot(await specOf({ cpus: 1 }));
  host.run(sh('echo HARDLOCKUP > /sys/kernel/debug/provoke-crash/DIRECT')).catch(() => {});
  const ended = () => undefined;
  let reason: unknown;
  while (reason === undefined)
    reason = await host.run(['true'], { timeoutMs: 1000 }).then(ended, (error) => error);
  const message = 'h0: the kernel hangs: a command that was killed does not end';
  expect(reason).toMatchObject({ kind: 'kernel', message });
  const [splat] = scanConsole(await host.consoleText());
  expect(splat).toMatchObject({ kind: 'panic', symbols: expect.arrayContaining(['lkdtm_HARDLOCKUP']) });
});

test('a guest that is powered off from inside is an infra failure', async () => {
  await using host = await boot(await specOf());
  const reason = await deathOf(host, 'poweroff -f');
  expect(reason).toMatchObject({ kind: 'infra', message: 'h0: the guest was powered off from inside' });
});

test('a killed QEMU is an infra failure', async () => {
  await using host = await boot(await specOf());
  const run = host.run(['sleep', '1000']);
  process.kill(host.pid as number, 'SIGKILL');
  await expect(run).rejects.toMatchObject({
    kind: 'infra',
    message: 'h0: QEMU ended by itself with signal SIGKILL',
  });
});

test('a kernel that does not reach the handshake is an infra failure after the time limit', async () => {
  const spec = await specOf({ append: ['rdinit=/usr/bin/busybox', 'sleep', '1000'], bootTimeoutMs: 8000 });
  await expect(boot(spec)).rejects.toMatchObject({
    kind: 'infra',
    message: expect.stringContaining('did not reach the handshake within 8 s'),
  });
});

test('a root without an init is an infra failure, although the kernel panics', async () => {
  const spec = await specOf({ append: ['rdinit=/no/such/file', 'init=/no/such/file'] });
  await expect(boot(spec)).rejects.toMatchObject({ kind: 'infra', log: `${spec.logDir}/console.log` });
});

test('a QEMU that refuses its arguments is an infra failure, and its message is in the log', async () => {
  const spec = await specOf({ qemuArgs: ['-device', 'no-such-device'] });
  const reason = await boot(spec).catch((error) => error);
  expect(reason).toMatchObject({ kind: 'infra', log: `${spec.logDir}/qemu.log` });
  expect(reason.message).toContain('no-such-device');
});

import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { afterEach, expect, test } from 'vitest';
import { builtFabricd } from '../../../src/fabric/fabricd.ts';
import { countSchema } from '../../../src/fabric/self-test.ts';
import { checkoutRoot } from '../../../src/host/cache.ts';
import { twoMachines } from '../../two-machines.ts';

const cleanups: (() => Promise<unknown> | unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serverIn(machine: string, secretFile: string): Promise<string> {
  const args = ['--size', `${256 * 2 ** 20}`, '--listen', '10.77.0.1:0', '--secret', secretFile];
  const server = execa('ip', ['netns', 'exec', machine, await builtFabricd(), ...args], { reject: false });
  cleanups.push(async () => {
    server.kill();
    await server;
  });
  const lines = createInterface({ input: server.stdout });
  return new Promise((resolve) =>
    lines.once('line', (line) => resolve((JSON.parse(line) as { address: string }).address)),
  );
}

const guestOn = (machine: string, index: number, address: string, env: Record<string, string>) => {
  const entry = join(checkoutRoot(), 'harness/entry.mjs');
  const numbers = ['--env', `HOST_INDEX=${index}`, '--env', 'HOST_COUNT=2'];
  const flags = ['--fabric', `tcp://${address}`, '--cxl', '64M', '--memory', '512M', ...numbers];
  const command = ['--', 'zerohop-cas', '--ops', '2000', '--seconds', '120', '--json'];
  return execa('ip', ['netns', 'exec', machine, 'node', entry, 'guest', ...flags, ...command], {
    env,
    reject: false,
  });
};

test('hosts of two machines count on one memory, and a stranger does not', async (context) => {
  if (process.getuid?.() !== 0) context.skip('network namespaces need root');
  const { names: machines, ...pair } = await twoMachines();
  cleanups.push(() => pair[Symbol.asyncDispose]());
  const dir = await mkdtemp(join(tmpdir(), 'zerohop-'));
  cleanups.push(() => rm(dir, { recursive: true }));
  const [secret, guess] = [join(dir, 'secret'), join(dir, 'guess')];
  await writeFile(secret, 'what both machines know\n');
  await writeFile(guess, 'something else\n');
  await chmod(guess, 0o600);
  await chmod(secret, 0o600);
  const address = await serverIn(machines[0], secret);

  const stranger = guestOn(machines[1], 1, address, { ZEROHOP_FABRIC_SECRET_FILE: guess });
  const refused = await stranger;
  expect(refused.exitCode).toBe(3);
  expect(refused.stderr).toContain('the secret is wrong');

  const env = { ZEROHOP_FABRIC_SECRET_FILE: secret };
  const runs = await Promise.all(machines.map((machine, index) => guestOn(machine, index, address, env)));
  for (const { exitCode, stdout, stderr } of runs) {
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toContain('updates counted, none lost');
    expect(countSchema.parse(JSON.parse(stdout))).toMatchObject({ lost: 0, final: 4000, gave_up: false });
  }
});

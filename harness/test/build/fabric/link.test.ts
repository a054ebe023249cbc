import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { builtFabricd } from '../../../src/fabric/fabricd.ts';
import { twoMachines } from '../../two-machines.ts';

const inMachine = (name: string, argv: string[]) =>
  spawn('ip', ['netns', 'exec', name, ...argv], { stdio: ['ignore', 'pipe', 'inherit'] });

test('a number comes free within seconds when the link of its host is gone', async (context) => {
  if (process.getuid?.() !== 0) context.skip('network namespaces need root');
  await using machines = await twoMachines();
  const dir = await mkdtemp(join(tmpdir(), 'zerohop-'));
  await writeFile(join(dir, 'secret'), 'known', { mode: 0o600 });
  const options = ['--size', '1M', '--listen', '10.77.0.1:0', '--secret', join(dir, 'secret')];
  const server = inMachine(machines.names[0], [await builtFabricd(), ...options]);
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await lines.next()).value ?? '{}') as Record<string, unknown>;
  const { address } = await next();
  const script = join(import.meta.dirname, 'silent-client.ts');
  const client = inMachine(machines.names[1], [
    'node',
    '--import',
    'tsx',
    script,
    `${address}`,
    '5',
    'known',
  ]);
  try {
    expect(await next()).toEqual({ event: 'connected', host: 5 });
    await machines.cut();
    const event = await Promise.race([next(), sleep(10_000, 'nothing within ten seconds')]);
    expect(event).toMatchObject({ event: 'gone', host: 5 });
  } finally {
    for (const child of [client, server]) child.kill('SIGKILL');
    await rm(dir, { recursive: true });
  }
});

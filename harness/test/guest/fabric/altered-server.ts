import { spawn } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { fabricdSource } from '../../../src/fabric/fabricd.ts';
import { listeningAt } from '../../build/fabric/client.ts';

/** A memory server with another memory.c, as a process that outlives the fabrics on it. */
export async function alteredServer(memory?: string): Promise<AsyncDisposable & { address: string }> {
  const dir = await mkdtemp(join(tmpdir(), 'zerohop-'));
  await cp(fabricdSource, dir, { recursive: true });
  if (memory !== undefined) await writeFile(join(dir, 'memory.c'), memory);
  await execa('make', ['-C', dir, `OUT=${dir}/out`]);
  const server = spawn(join(dir, 'out/fabricd'), ['--size', '64M'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return {
    address: await listeningAt(server.stdout),
    [Symbol.asyncDispose]: async () => {
      server.kill('SIGKILL');
      await rm(dir, { recursive: true });
    },
  };
}

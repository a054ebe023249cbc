import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { straightQemu } from '../../../src/fabric/qemu.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zerohop-'));
  vi.stubEnv('PATH', dir);
  vi.stubEnv('ZEROHOP_CACHE', join(dir, 'cache'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true });
});

async function program(name: string, script: string): Promise<void> {
  await writeFile(join(dir, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(dir, name), 0o755);
}

it('takes a QEMU of this machine whose windows are memory', async () => {
  await program('qemu-system-x86_64', 'echo QEMU emulator version 11.1.0');
  expect(await straightQemu()).toEqual({ path: 'qemu-system-x86_64', straight: true, stock: true });
});

it('falls back on an older one where ours cannot be built, and says why', async () => {
  await program('qemu-system-x86_64', 'echo QEMU emulator version 7.2.22');
  await program('cc', 'echo cc 12.2.0');
  await program('apt-get', 'exit 100');
  const chosen = await straightQemu();
  expect(chosen).toMatchObject({ path: 'qemu-system-x86_64', straight: false, stock: true });
  expect(chosen.why).toMatch(/could not install .*ninja-build|lacks what is needed here: .*ninja/);
});

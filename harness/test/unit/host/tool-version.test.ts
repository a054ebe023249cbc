import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { qemuVersion, toolVersion } from '../../../src/host/tool-version.ts';

let bin: string;

beforeEach(async () => {
  bin = await mkdtemp(join(tmpdir(), 'zerohop-tool-'));
  vi.stubEnv('PATH', bin);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(bin, { recursive: true });
});

async function tool(name: string, script: string): Promise<void> {
  await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(bin, name), 0o755);
}

test.each([
  ['QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7)', '7.2.22'],
  ['*** LZ4 command line interface 64-bits v1.9.4, by Yann Collet ***', '1.9.4'],
  ['kmod version 30', undefined],
])('"%s" has the version %s', async (line, number) => {
  await tool('any', `echo '${line}'; echo 'and more'`);
  const found = await toolVersion('any');
  expect(found).toEqual({ text: `${line}\nand more`, line, number });
});

test('a tool that is missing, or fails, is a failure that names it', async () => {
  await expect(toolVersion('any')).rejects.toThrow('any does not run: ');
  await tool('any', 'echo no library >&2; exit 127');
  await expect(toolVersion('any')).rejects.toThrow('any does not run: no library');
});

test('a QEMU that does not say its version is refused, because results are told apart by it', async () => {
  await tool('qemu', 'echo QEMU');
  await expect(qemuVersion('qemu')).rejects.toThrow('qemu does not say its version');
});

import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tryKvm } from '../../../src/host/accelerator.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zerohop-kvm-'));
});

afterEach(() => rm(dir, { recursive: true, force: true }));

async function fakeQemu(script: string): Promise<string> {
  const path = join(dir, 'qemu');
  await writeFile(path, `#!/bin/bash\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

test('the test guest really runs: under emulation it ends QEMU as it should', async () => {
  const qemu = await fakeQemu('exec qemu-system-x86_64 $(echo "$@" | sed "s/kvm -cpu host/tcg/")');
  expect(await tryKvm(qemu, dir)).toEqual({
    kind: 'kvm',
    why: expect.stringMatching(/^a test guest ran under KVM in \d+\.\d s$/),
  });
});

test('a guest that hangs is killed, and the machine gets emulation', async () => {
  const pidFile = join(dir, 'pid');
  const qemu = await fakeQemu(`echo $$ > ${pidFile}; exec sleep 100`);
  const answer = await tryKvm(qemu, dir, 500);
  expect(answer.kind).toBe('tcg');
  expect(answer.why).toMatch(/had not finished after 0\.\d s/);
  const pid = Number(await readFile(pidFile, 'utf8'));
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

test('a QEMU that gives up is no KVM either', async () => {
  const qemu = await fakeQemu('exit 1');
  expect(await tryKvm(qemu, dir)).toEqual({
    kind: 'tcg',
    why: '/dev/kvm is there, but a test guest under KVM ended QEMU with status 1',
  });
});

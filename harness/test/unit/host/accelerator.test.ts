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

/** An ulimit: a core file in the temporary folder helps nobody. */
const abort = 'ulimit -c 0; kill -ABRT $$';

test('a QEMU that aborts both times is told apart from one that hangs', async () => {
  const { kind, why } = await tryKvm(await fakeQemu(abort), dir);
  expect(kind).toBe('tcg');
  expect(why).toBe(
    '/dev/kvm is there, but no test guest ran under KVM: with -cpu host,pmu=on it was killed by SIGABRT; ' +
      'with -cpu host,pmu=on,arch-capabilities=off it was killed by SIGABRT',
  );
});

test('a guest that hangs is killed, and the machine gets emulation', async () => {
  const pidFile = join(dir, 'pid');
  const qemu = await fakeQemu(`echo $$ > ${pidFile}; exec sleep 100`);
  const answer = await tryKvm(qemu, dir, 500);
  expect(answer.kind).toBe('tcg');
  expect(answer.why).toMatch(/with -cpu host,pmu=on it had not ended after \d\.\d s; with/);
  const pid = Number(await readFile(pidFile, 'utf8'));
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

test('a QEMU that ends with an error is no KVM either', async () => {
  const { kind, why } = await tryKvm(await fakeQemu('exit 1'), dir);
  expect({ kind, why }).toEqual({
    kind: 'tcg',
    why: expect.stringContaining('with -cpu host,pmu=on it ended QEMU with status 1'),
  });
});

import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tryKvm } from '../../src/host/accelerator.ts';

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

/** The real QEMU, under emulation. */
const emulated = `exec qemu-system-x86_64 $(echo "$@" | sed -E "s/kvm -cpu [^ ]+/tcg/")`;
/** An ulimit: a core file in the temporary folder helps nobody. */
const abort = 'ulimit -c 0; kill -ABRT $$';

test('the guest that tries KVM ends QEMU as it should, here under emulation', async () => {
  const qemu = await fakeQemu(emulated);
  expect(await tryKvm(qemu, dir, 60_000)).toEqual({
    kind: 'kvm',
    cpu: 'host,pmu=on',
    why: expect.stringMatching(/^a test guest ran under KVM in \d+\.\d s$/),
  });
});

test('a QEMU that aborts is tried again without arch-capabilities, and guests then run without them', async () => {
  const qemu = await fakeQemu(`case "$*" in *arch-capabilities=off*) ${emulated};; *) ${abort};; esac`);
  expect(await tryKvm(qemu, dir, 60_000)).toEqual({
    kind: 'kvm',
    cpu: 'host,pmu=on,arch-capabilities=off',
    why: expect.stringMatching(
      /^a test guest ran under KVM in \d+\.\d s; with -cpu host,pmu=on it was killed by SIGABRT$/,
    ),
  });
});

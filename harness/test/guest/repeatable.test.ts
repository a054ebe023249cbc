import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { consoleLog, qemuArguments } from '../../src/guest/qemu.ts';
import { writeCpio } from '../../src/guest/root/cpio.ts';
import { buildRoot } from '../../src/guest/root/root.ts';
import { resolveKernel } from '../../src/kernel/resolve.ts';
import { machineOf } from '../../src/run/machine.ts';

/** Nothing outside the guest takes part: what it does is decided by the image and the seed. */
const init = `#!/bin/sh
mount -t proc proc /proc
mount -t devtmpfs dev /dev
/usr/sbin/ip link set lo up
zerohop-pingpong --variant tcp --size 1024 --seconds 0.2 --cpus 0,1 --json >/dev/ttyS0
zerohop-pingpong --variant unix --size 1 --seconds 0.2 --cpus 0,1 --json >/dev/ttyS0
poweroff -f
`;

test('under the virtual clock two boots of one seed are the same to the microsecond', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'zerohop-repeatable-'));
  try {
    const kernel = await resolveKernel(undefined);
    const root = await buildRoot(['net', 'bpf', 'netperf'], { types: kernel.types });
    const own = writeCpio([{ kind: 'file', path: 'repeatable', mode: 0o755, data: Buffer.from(init) }]);
    const image = join(dir, 'root.cpio');
    await writeFile(image, Buffer.concat([await readFile(root.image), own]));
    const boot = async () => {
      const tested = {
        kernel,
        root: { image },
        append: ['rdinit=/repeatable', 'initcall_debug', 'loglevel=8'],
      };
      const spec = machineOf({ clock: 'virtual', idle: null, seed: 7 }, tested, dir);
      const args = qemuArguments(spec, { kind: 'tcg' });
      await execa('qemu-system-x86_64', args, { stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'] });
      return (await readFile(consoleLog(spec), 'utf8')).split('\n');
    };
    const first = await boot();
    expect(first.filter((line) => line.includes('transactions'))).toHaveLength(2);
    expect(await boot()).toEqual(first);
  } finally {
    await rm(dir, { recursive: true });
  }
});

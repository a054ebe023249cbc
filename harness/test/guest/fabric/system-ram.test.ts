import { execa } from 'execa';
import { expect, test } from 'vitest';

/** Fills a part of the node with the host's number, and reads it again when the other host has written too. */
const script = `
numactl -H | grep '^node 1' | sed 's/ free.*//'
cd /sys/devices/system/node/node1/access0/initiators
cat read_latency read_bandwidth
cd /sys/devices/virtual/memory_tiering
cat memory_tier*/nodelist
mount -t tmpfs -o mpol=bind:1 own /mnt
dd if=/dev/zero bs=1M count=32 2>/dev/null | tr '\\0' $HOST_INDEX >/mnt/filled
numastat -m | awk '$1 == "Shmem" && $3 > 30 {print "filled node 1"}'
sleep 10
echo $(wc -c </mnt/filled) bytes, others $(tr -d $HOST_INDEX </mnt/filled | wc -c)
umount /mnt
cxl list -M | grep -c '"memdev":"mem0"'
daxctl offline-memory dax0.0 2>&1
daxctl reconfigure-device --mode=devdax dax0.0 2>&1 | grep reconfigured
daxctl list -d dax0.0 | grep -o 'mode.*dax'`;

test('as system RAM each host has a part of the memory for itself, which the usual tools know', async () => {
  const flags = ['--hosts', '2', '--fabric', 'shm', '--cxl', '512M', '--cxl-mode', 'ram', '--tools', 'cxl'];
  const end = await execa('node', ['harness/entry.mjs', 'guest', ...flags, '--', 'sh', '-c', script], {
    reject: false,
  });
  expect(end.exitCode, end.stderr).toBe(0);
  const parts = [...end.stderr.matchAll(/h(\d) has 256 MiB of it from (0x[0-9a-f]+) on, as node 1$/gm)];
  expect(parts.map(([, host]) => host)).toEqual(['0', '1']);
  const [first, second] = parts.map(([, , start]) => Number(start));
  expect(Math.abs((first as number) - (second as number))).toBe(256 * 2 ** 20);
  for (const host of ['h0', 'h1']) {
    const lines = end.stdout.split('\n').filter((line) => line.startsWith(`[${host}] `));
    expect(lines.map((line) => line.slice(5).trim())).toEqual([
      ...['node 1 cpus:', 'node 1 size: 256 MB', 'node 1'],
      // Nanoseconds and MB/s of cxl-direct and its link, and a tier of its own for each node.
      ...['252', '50000', '1', '0'],
      ...['filled node 1', '33554432 bytes, others 0', '1'],
      ...['offlined memory for 1 device', 'reconfigured 1 device', 'mode":"devdax'],
    ]);
  }
});

import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { imagesScript } from '../../../src/checks/daxfs/suite.ts';
import { boot } from '../../../src/guest/boot.ts';
import type { Host } from '../../../src/guest/host.ts';
import { buildRoot } from '../../../src/guest/root/root.ts';
import { pmemRegion, spareMemory, spareOptions } from '../../../src/guest/spare-memory.ts';
import { testSpec } from '../test-host.ts';

const memory = 'phys:0x10000000,64M';
let host: Host | undefined;

beforeAll(async () => {
  const { image } = await buildRoot(['daxfs']);
  const { memoryMb } = spareMemory({ memoryMb: 512 + pmemRegion.bytes / 2 ** 20, append: [] });
  host = await boot(await testSpec({ rootImage: image, memoryMb, append: spareOptions }));
  await sh(`mkfs.daxfs ${memory} && mkdir -p /d /t && mount -t tmpfs tmpfs /t`);
});
afterAll(async () => {
  await host?.powerOff();
  if (host !== undefined) await rm(host.spec.logDir, { recursive: true });
});

function up(): Host {
  if (host === undefined) throw new Error('the host is not up');
  return host;
}

/** Runs a script that must succeed, and returns what it prints. */
async function sh(script: string): Promise<string> {
  const { stdout } = await up().must(['sh', '-ec', script], { timeoutMs: 240_000 });
  return stdout.toString();
}

/** Runs a script with the filesystem mounted; after it, the check must find nothing. */
async function mounted(script: string): Promise<string> {
  const output = await sh(`mount.daxfs ${memory} /d; ${script}; umount /d`);
  expect(await sh(`fsck.daxfs -n ${memory}`)).toContain('clean');
  return output;
}

test('a file is made, appended to, read, executed and removed', async () => {
  const output = await mounted(
    'echo one > /d/f; echo two >> /d/f; cat /d/f; cp /bin/busybox /d/echo; /d/echo run; rm /d/f /d/echo; ls /d',
  );
  expect(output).toBe('one\ntwo\nrun\n');
});

test('calls give what they give on tmpfs', async () => {
  const lines = async (dir: string) => (await sh(`mkdir ${dir}/w; zerohop-daxfs posix ${dir}/w`)).split('\n');
  const wanted = await lines('/t');
  expect(wanted.length).toBeGreaterThan(360);
  await sh(`mount.daxfs ${memory} /d`);
  expect(await lines('/d')).toEqual(wanted);
  await sh('umount /d');
  expect(await sh(`fsck.daxfs -n ${memory}`)).toContain('clean');
});

test('a file that calls and mappings use at random is what its model says', async () => {
  const output = await mounted('for s in 1 2 3; do zerohop-daxfs fsx /d/fsx $s 1000; done; rm /d/fsx');
  expect(output.match(/1000 operations/g)?.length).toBe(3);
});

test('files that were written in large steps are mapped 2 MiB at a time', async () => {
  const loop = 'dd if=/dev/zero of=/t/disk bs=1M count=4; losetup /dev/loop0 /t/disk';
  const output = await mounted(
    `${loop}; mkdir /d/huge; zerohop-daxfs huge /d/huge /sys/fs/daxfs/0x* /dev/loop0; losetup -d /dev/loop0; rm -r /d/huge /t/disk`,
  );
  expect(output).toBe('huge: ok\n');
});

test('processes share mutexes in a mapping, and pipes and devices hold its pages', async () => {
  const loop = 'dd if=/dev/zero of=/t/disk bs=1M count=4; losetup /dev/loop0 /t/disk';
  const output = await mounted(
    `${loop}; mkdir /d/s; zerohop-daxfs shared /d/s /dev/loop0; losetup -d /dev/loop0; rm -r /d/s /t/disk`,
  );
  expect(output.match(/: ok$/gm)?.length).toBe(12);
  expect(output.replaceAll(/^.*: ok\n/gm, '')).toBe('');
});

test('it is the upper layer of an overlay as tmpfs is', async () => {
  const overlay = (at: string) => `dmesg -c > /dev/null; mkdir -p /t/low/dir /t/seen ${at}/up ${at}/work
    echo one > /t/low/a; echo two > /t/low/b; echo in > /t/low/dir/in
    mount -t overlay -o lowerdir=/t/low,upperdir=${at}/up,workdir=${at}/work overlay /t/seen
    cd /t/seen; echo more >> a; rm b; mv dir/in moved; rm -r dir; mkdir dir; echo new > dir/new; mv a c
    ls -1 . dir; cat c moved dir/new; cd /; umount /t/seen
    mount -t overlay -o lowerdir=/t/low,upperdir=${at}/up,workdir=${at}/work overlay /t/seen
    ls -1 /t/seen /t/seen/dir; umount /t/seen; cd ${at}/up; find . | sort; find . -type c | sort; cd /
    rm -r ${at}/up ${at}/work /t/low; dmesg -c | grep -o 'overlayfs: .*' || true`;
  const wanted = await sh(overlay('/t'));
  expect(wanted).toContain('c\ndir\nmoved');
  expect(await mounted(overlay('/d'))).toBe(wanted);
});

test('a new filesystem has a root of its age', async () => {
  const [made = NaN, now = NaN] = (await mounted('stat -c %Y /d; date +%s')).trim().split('\n').map(Number);
  expect(now - made).toBeLessThan(3600);
  expect(made).toBeLessThanOrEqual(now);
});

const used = `df /d | awk 'NR == 2 { print $3 }'`;

test('what is removed and cut off comes back', async () => {
  const output = await mounted(
    `${used}; for i in $(seq 60); do dd if=/dev/zero of=/d/f bs=1M count=4; : > /d/f; rm /d/f; done; ${used}`,
  );
  const [before = NaN, after = NaN] = output.trim().split('\n').map(Number);
  expect(after - before).toBeLessThan(256);
});

test('an allocation that fails leaves nothing', async () => {
  const output = await mounted(
    `echo word > /d/f; ${used}; fallocate -l 100M /d/f || echo full; cat /d/f; ${used}; rm /d/f`,
  );
  const [before = NaN, after = NaN] = (output.match(/^\d+$/gm) ?? []).map(Number);
  expect(output).toContain('full\nword\n');
  expect(after - before).toBeLessThan(64);
});

test('a full filesystem says so, and can be emptied', async () => {
  const output = await mounted(
    'dd if=/dev/zero of=/d/big bs=1M count=100 || echo full; [ $(stat -c %s /d/big) -gt 50000000 ]; rm /d/big; echo word > /d/f; cat /d/f; rm /d/f',
  );
  expect(output).toBe('full\nword\n');
});

// Late, because what it leaves free does not lie as 2 MiB any more.
test('names and bytes that threads use at once stay right', async () => {
  const output = await mounted('mkdir /d/storm; zerohop-daxfs storm /d/storm 500; rm -r /d/storm');
  expect(output.replaceAll(/^.*: ok\n/gm, '')).toBe('');
  expect(output.match(/: ok$/gm)?.length).toBeGreaterThan(13);
});

test.each([
  ['phys:0x10000000,63K', '', /must be multiples of 2M/],
  ['phys:0x10000000,64M', '-o host=64', /host slot is taken, or not one of 0 to 63/],
  ['phys:0x10200000,32M', '', /the magic number is another/],
  ['/dev/null', '', /neither phys:ADDRESS,SIZE nor a devdax or block device/],
])('mount.daxfs %s %s says what is wrong', async (source, options, message) => {
  const { status, stderr } = await up().run(['sh', '-c', `mount.daxfs ${source} /d ${options}`]);
  expect(status).toBe(32);
  expect(stderr.toString()).toMatch(message);
});

test('a DAX block device is mounted by its name, and by nobody else meanwhile', async () => {
  const output = await sh(`mkfs.daxfs /dev/pmem0; mount.daxfs /dev/pmem0 /d; mount.daxfs /dev/pmem0 /t
    dd if=/dev/urandom of=/d/f bs=1M count=8; md5sum </d/f >/sum; zerohop-daxfs mapped /t/f | md5sum | cmp - /sum
    mkfs.daxfs --force /dev/pmem0 2>&1 || true; daxfs-inspect /dev/pmem0 | grep -c 'host 0.*live'
    umount /t; umount /d; fsck.daxfs -n /dev/pmem0; mount.daxfs /dev/pmem0 /d; md5sum </d/f | cmp - /sum; umount /d`);
  expect(output).toMatch(/busy[\s\S]*^1$[\s\S]*clean/m);
});

test('a block device without memory is refused', async () => {
  const { stderr } = await up().run([
    ...['sh', '-c'],
    'dd if=/dev/zero of=/t/disk bs=1M count=4; losetup /dev/loop0 /t/disk; mount.daxfs /dev/loop0 /d; losetup -d /dev/loop0',
  ]);
  expect(stderr.toString()).toContain('/dev/loop0 has no memory that can be mapped');
});

// After the others, because it makes the filesystem again.
test('an image that is changed anywhere is refused with a reason, or mounted and used', async () => {
  const output = await mounted(imagesScript(1, 150));
  expect(output).toMatch(/^\d+ mounted, \d+ refused, 0 wrong$/m);
});

test('copylimit copies between calls and the memory, and its files keep their length', async () => {
  const memory = '268435456 67108864';
  const limit = 'mount -t copylimit -o phys=0x10000000,size=64M none /d';
  const output = await sh(`zerohop-region clear ${memory}; ${limit}; ls /d; stat -c %s /d/3
    zerohop-files --dir /d --test fill; zerohop-region count ${memory}
    zerohop-files --dir /d --test read --ms 1 >/dev/null
    dd if=/dev/zero of=/d/3 bs=1M seek=15 count=2 conv=notrunc 2>&1 | grep -c 'No space left' ; truncate -s 0 /d/3 2>/dev/null || echo kept; umount /d`);
  expect(output).toMatch(
    /^0\n1\n2\n3\n16777216\n\{"filled":2048,"written":0,"named":0,"used":2048\}\n1\nkept\n$/,
  );
});

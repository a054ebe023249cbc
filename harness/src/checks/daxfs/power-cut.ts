import { setTimeout as sleep } from 'node:timers/promises';
import type { Host } from '../../guest/host.ts';
import { spareRegion } from '../../guest/spare-memory.ts';

const shared = '/dev/dax0.0';
const copy = `phys:${spareRegion.start},${spareRegion.bytes}`;

/**
 * One host works on a filesystem in the memory that both share, and is stopped `points` times. At that instant the
 * memory is as a power cut would leave it. The other host copies and repairs it, and checks that everything is there
 * that the first one had finished. At the end the first host is killed, and its own filesystem repaired.
 */
export async function powerCuts(hosts: readonly Host[], points: number): Promise<string[]> {
  const [looks, writes] = hosts;
  if (looks === undefined || writes === undefined) throw new Error('Expected two hosts.');
  await looks.must(['mkfs.daxfs', '--force', '--size', '64M', shared]);
  await writes.must(['sh', '-ec', `mkdir -p /mnt/daxfs; mount.daxfs ${shared} /mnt/daxfs`]);
  const work = writes.start(['zerohop-daxfs', 'cut', 'write', '/mnt/daxfs', shared], { timeoutMs: hourMs });
  const ended = work.result.then(({ stderr }) => `the work has ended: ${stderr}`).catch(() => '');
  const findings: string[] = [];
  let before = '';
  for (let point = 0; point < points; point++) {
    // A different part of a step each time.
    await sleep(300 + ((point * 379) % 1000));
    await writes.pause();
    const counts = await copied(looks);
    await writes.resume();
    if (counts === before)
      findings.push(`cut ${point}: no step since the last one: ${await Promise.race([ended, ''])}`);
    findings.push(...(await damageIn(looks, copy, counts, `cut ${point}`)));
    before = counts;
  }
  await writes.kill();
  await ended;
  findings.push(...(await damageIn(looks, shared, await copied(looks), 'the end')));
  return findings;
}

const hourMs = 3_600_000;

/** The steps that each thread had finished, as its own words say. */
async function copied(host: Host): Promise<string> {
  const { stdout } = await host.must(['zerohop-daxfs', 'cut', 'copy', shared, `${spareRegion.start}`]);
  return stdout.toString().trim();
}

/** A host that stopped leaves no damage. */
async function damageIn(host: Host, memory: string, counts: string, when: string): Promise<string[]> {
  const script = `mkdir -p /d; fsck.daxfs -n ${memory} >/tmp/found || true; if grep damage /tmp/found; then exit 1; fi
    fsck.daxfs -y ${memory} >/tmp/repaired && result=0 || result=$?; [ $result -le 1 ] || { cat /tmp/repaired; false; }
    fsck.daxfs -n ${memory} >/tmp/again || { cat /tmp/again; false; }
    mount.daxfs ${memory} /d; zerohop-daxfs cut look /d ${counts}; echo more >/d/more; umount /d`;
  const { status, stdout, stderr } = await host.run(['sh', '-ec', script], { timeoutMs: 300_000 });
  if (status === 0) return [];
  await host.run(['umount', '/d']);
  return [
    `${when}, after ${counts} steps: ${`${stdout}${stderr}`.trim().split('\n').slice(0, 8).join('; ')}`,
  ];
}

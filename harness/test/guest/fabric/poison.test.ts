import { execa } from 'execa';
import { expect, test } from 'vitest';

const pageBytes = 2 * 2 ** 20;

/** h1 counts alone in the second page, until that goes bad; h0 in the first, for a while. */
const script = `
mount -t tracefs none /sys/kernel/tracing
echo 1 >/sys/kernel/tracing/events/cxl/enable
echo counts
zerohop-cas --op add --host 0 --hosts 1 --offset $((HOST_INDEX * ${pageBytes})) --run-ms $((10000 + HOST_INDEX * 50000)) >/dev/null
echo status $?
echo 1 >/sys/bus/cxl/devices/mem0/trigger_poison_list
grep -oE 'cxl_general_media|log=Failure|UNCORRECTABLE_EVENT|ECC Error|Internal Media Scrub| dpa=0x[0-9a-f]+|trace_type=List' /sys/kernel/tracing/trace | sort -u
dmesg | grep -oE 'Memory failure: 0x[0-9a-f]+: (Sending SIGBUS to [a-z-]+|recovery action.*)'`;

test('memory that goes bad for one host ends its program by SIGBUS, and the others go on', async () => {
  const flags = ['--hosts', '2', '--fabric', 'shm', '--cxl', '256M', '--qmp'];
  const run = execa('node', ['harness/entry.mjs', 'guest', ...flags, '--', 'sh', '-c', script], {
    reject: false,
  });
  const socket = await new Promise<string>((resolve) => {
    let said = '';
    const onText = (chunk: Buffer) => {
      said += chunk.toString();
      const path = / h1 takes QMP on (\S+)/.exec(said)?.[1];
      if (path !== undefined && said.includes('[h1] counts')) resolve(path);
    };
    run.stderr.on('data', onText);
    run.stdout.on('data', onText);
  });
  const order = await execa(
    'node',
    ['harness/entry.mjs', 'guest', '--poison', `${socket}@${pageBytes + 80}`],
    {
      reject: false,
    },
  );
  expect(order, order.stderr).toMatchObject({ exitCode: 0 });
  const { stdout } = await run;
  const of = (host: string) =>
    stdout.split('\n').flatMap((line) => (line.startsWith(`[${host}] `) ? [line.slice(5).trim()] : []));
  expect(of('h0')).toEqual(['counts', 'status 0']);
  expect(of('h1')).toEqual([
    'counts',
    'status 135',
    'dpa=0x200040',
    'ECC Error',
    'Internal Media Scrub',
    'UNCORRECTABLE_EVENT',
    'cxl_general_media',
    'log=Failure',
    'trace_type=List',
    expect.stringMatching(/^Memory failure: 0x[0-9a-f]+: Sending SIGBUS to zerohop-cas$/),
    expect.stringMatching(/^Memory failure: 0x[0-9a-f]+: recovery action for dax page: Recovered$/),
  ]);
});

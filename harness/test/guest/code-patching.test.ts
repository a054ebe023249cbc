import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { boot } from '../../src/guest/boot.ts';
import { scanConsole } from '../../src/guest/splat.ts';
import { testSpec } from './test-host.ts';

/** Static keys and static calls of the scheduler change while three CPUs schedule. */
const script = `
mount -t tracefs none /sys/kernel/tracing || exit 1
for c in 1 2 3; do (while :; do /bin/true; done) & done
i=0
while [ $i -lt 120 ]; do
  echo 1 >/sys/kernel/tracing/events/sched/enable || exit 1
  echo 0 >/sys/kernel/tracing/events/sched/enable
  i=$((i + 1))
done`;

/** Without the series parallel-tcg the guest panics ("Oops: int3") after a few dozen rounds. */
test('a guest survives that its kernel changes code which other CPUs execute', async () => {
  const spec = await testSpec({ cpus: 4 });
  await using host = await boot(spec);
  const { status, stderr } = await host.run(['sh', '-c', script]);
  expect([status, stderr.toString()]).toEqual([0, '']);
  expect(scanConsole(await host.consoleText())).toEqual([]);
  await rm(spec.logDir, { recursive: true });
});

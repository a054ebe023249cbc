import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { boot } from '../../src/guest/boot.ts';
import { scanConsole } from '../../src/guest/console/splat.ts';
import { testSpec } from './test-host.ts';

/** A static key of the timers changes while three CPUs start timers. */
const script = `
pids=
for c in 1 2 3; do
  (while :; do sleep 0.001; done) &
  pids="$pids $!"
done
i=0
while [ $i -lt 500 ]; do
  echo 0 >/proc/sys/kernel/timer_migration || exit 1
  echo 1 >/proc/sys/kernel/timer_migration
  i=$((i + 1))
done
kill $pids`;

/** Without the series tcg many a guest panics here, with "Oops: int3". */
test('a guest survives that its kernel changes code which other CPUs execute', async () => {
  const spec = await testSpec({ cpus: 4 });
  await using host = await boot(spec);
  await host.must(['sh', '-c', script]);
  expect(scanConsole(await host.consoleText())).toEqual([]);
  await rm(spec.logDir, { recursive: true });
});

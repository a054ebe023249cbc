import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { boot } from '../../src/guest/boot.ts';
import { tscKhz } from '../../src/guest/tsc.ts';
import { testSpec } from './test-host.ts';

test("an emulated guest's clock runs as fast as this machine's, however busy that is", async (context) => {
  const spec = await testSpec();
  await using host = await boot(spec);
  if (host.facts.accelerator.kind === 'kvm') context.skip('KVM tells its guests how fast the clock counts');
  // "... MHz processor" is what the guest measured; "... MHz TSC" follows where that is not what it was told.
  const { stdout } = await host.run(['sh', '-c', 'dmesg | grep -o "tsc: Detected.*MHz" | tail -n 1']);
  const [, guestMhz] = /Detected ([\d.]+) MHz/.exec(stdout.toString()) ?? [];
  expect(Number(guestMhz) * 1000).toBe(await tscKhz());
  await rm(spec.logDir, { recursive: true });
});

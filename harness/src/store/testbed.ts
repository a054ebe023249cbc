import { z } from 'zod';
import { hashOf } from '../host/cache.ts';
import type { Clock } from '../host/clock.ts';

const flags = z.array(z.string());

/** Everything known that figures depend on, apart from the code under test. */
export const testbedSchema = z.strictObject({
  cpuModel: z.string().describe('The CPU of the machine'),
  accelerator: z
    .strictObject({
      virtual: z.string().describe('Of the virtual clock'),
      wall: z.string().describe('Of the wall clock'),
    })
    .describe('"kvm", "tcg,thread=multi" or "tcg,icount"'),
  qemuVersion: z.string().describe('The version of QEMU'),
  memoryPath: z.string().describe('How guests reach the memory that they share or measure'),
  kernelBase: z.string().describe('The kernel release without this repository\'s changes: "6.12.117"'),
  qemuFlags: z
    .union([
      z.strictObject({
        virtual: flags.describe('Of the virtual clock'),
        wall: flags.describe('Of the wall clock'),
      }),
      flags,
    ])
    .describe(
      "The options of each clock's virtual machine, without paths, names or seeds. Runs of earlier versions have one list",
    ),
  compiler: z.string().describe('The compiler of the kernel'),
  configHash: z.string().describe("The hash of the kernel's configuration"),
  rootHash: z.string().describe("The hash of the guests' root filesystem"),
});
export type Testbed = z.infer<typeof testbedSchema>;

/**
 * Two runs with equal ids may be compared, and belong to one series of history. Counted instructions do not depend on
 * the CPU that emulates them, but on everything that decides the instructions.
 */
export function testbedId(clock: Clock, testbed: Testbed): string {
  const { cpuModel, accelerator, qemuVersion, memoryPath, kernelBase, qemuFlags, ...exact } = testbed;
  const ofClock = Array.isArray(qemuFlags) ? qemuFlags : qemuFlags[clock];
  const shared = { accelerator: accelerator[clock], qemuVersion, memoryPath, kernelBase, qemuFlags: ofClock };
  return hashOf(clock === 'virtual' ? { ...shared, ...exact } : { ...shared, cpuModel }).slice(0, 16);
}

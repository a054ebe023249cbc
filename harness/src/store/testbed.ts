import { z } from 'zod';
import { hashOf } from '../host/cache.ts';
import type { Clock } from '../host/clock.ts';

const flags = z.array(z.string());

/** What figures depend on besides the code under test, as far as it can be named. */
export const testbedSchema = z.strictObject({
  cpuModel: z.string(),
  /** "kvm", "tcg,thread=multi" or "tcg,icount", by clock. */
  accelerator: z.strictObject({ virtual: z.string(), wall: z.string() }),
  qemuVersion: z.string(),
  /** How guests reach the memory that they share or measure. */
  memoryPath: z.string(),
  /** The kernel release without our changes: "6.12.117". */
  kernelBase: z.string(),
  /** What decides each clock's virtual machine: no paths, names or seeds. Runs of earlier versions have one list. */
  qemuFlags: z.union([z.strictObject({ virtual: flags, wall: flags }), flags]),
  compiler: z.string(),
  configHash: z.string(),
  rootHash: z.string(),
});
export type Testbed = z.infer<typeof testbedSchema>;

/**
 * Two runs of one id may be compared, and are one series of history. Counted instructions do not know the CPU
 * that emulates them, but everything that decides the instructions.
 */
export function testbedId(clock: Clock, testbed: Testbed): string {
  const { cpuModel, accelerator, qemuVersion, memoryPath, kernelBase, qemuFlags, ...exact } = testbed;
  const ofClock = Array.isArray(qemuFlags) ? qemuFlags : qemuFlags[clock];
  const shared = { accelerator: accelerator[clock], qemuVersion, memoryPath, kernelBase, qemuFlags: ofClock };
  return hashOf(clock === 'virtual' ? { ...shared, ...exact } : { ...shared, cpuModel }).slice(0, 16);
}

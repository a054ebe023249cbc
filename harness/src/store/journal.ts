import { z } from 'zod';
import { paramsSchema } from '../workload/sample.ts';

const at = z.string();
const cell = { variant: z.string(), params: paramsSchema, why: z.string() };

/** The CPUs of this machine that a host's vCPUs were pinned to, by vCPU; empty if they were not pinned. */
export const cpusSchema = z.array(z.number().int().nonnegative());

/** How several hosts reach their shared memory, and what the drivers of each host found. */
export const sharedMemorySchema = z.strictObject({
  memoryPath: z.string(),
  /** Updates that the self-test made; none was lost. */
  testedUpdates: z.number().int().nonnegative(),
  hosts: z.array(
    z.strictObject({
      name: z.string(),
      qemuCommand: z.array(z.string()),
      cpus: cpusSchema.optional(),
      memory: z.record(z.string(), z.union([z.string(), z.number()])).nullable(),
    }),
  ),
});
export type SharedMemory = z.infer<typeof sharedMemorySchema>;

/**
 * journal.jsonl: the events of a run, in order. A step's samples count once its whole line is here: `samplesBytes` is
 * the size of samples.jsonl at that moment, and bytes after the last one were torn. Samples of a boot that is
 * discarded later stay in the file, and no longer count.
 */
export const eventSchema = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('session'), at }),
  z.strictObject({
    event: z.literal('boot'),
    at,
    boot: z.string(),
    seed: z.number().int(),
    qemuCommand: z.array(z.string()),
    cpus: cpusSchema.optional(),
    /** The source of instruction counts, and the reason: "icount", "cpu" or "nobody", and why. */
    instructions: z.string().optional(),
    shared: sharedMemorySchema.optional(),
  }),
  z.strictObject({
    event: z.literal('booted'),
    at,
    boot: z.string(),
    noise: z.record(z.string(), z.union([z.string(), z.number()])),
  }),
  z.strictObject({
    event: z.literal('step'),
    at,
    boot: z.string(),
    order: z.number().int(),
    /** The cell that was measured, so that the steps of a changed plan do not count as done. */
    cell: z.string(),
    samplesBytes: z.number().int(),
  }),
  z.strictObject({ event: z.literal('unavailable'), at, ...cell }),
  z.strictObject({ event: z.literal('failed'), at, boot: z.string(), ...cell }),
  /** Earlier samples of the boot do not count; the boot is measured again. */
  z.strictObject({ event: z.literal('discarded'), at, boot: z.string(), why: z.string() }),
  /** Ends the run for good. `log` is the console's path inside the run folder. */
  z.strictObject({
    event: z.literal('complained'),
    at,
    boot: z.string(),
    why: z.string(),
    log: z.string(),
  }),
  z.strictObject({ event: z.literal('warning'), at, text: z.string() }),
]);
export type JournalEvent = z.infer<typeof eventSchema>;

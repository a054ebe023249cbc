import { z } from 'zod';
import { paramsSchema } from '../workload/sample.ts';

const at = z.string();
const cell = { variant: z.string(), params: paramsSchema, why: z.string() };

/** This machine's CPUs that a host's vCPUs were pinned to, in their order; none where they were not. */
export const cpusSchema = z.array(z.number().int().nonnegative());

/** Of several hosts on one memory: how they reach it, and what each one's own drivers made of it. */
export const sharedMemorySchema = z.strictObject({
  memoryPath: z.string(),
  /** By the self-test, none of them lost. */
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
 * journal.jsonl: what happened, in order. A step's samples count once its line is here, whole: `samplesBytes` is
 * how far samples.jsonl then reached, and what lies behind it was torn. Those of a boot that is discarded later
 * stay where they are, and no longer count.
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
    /** Who counts them, and how we know: "icount", "cpu" or "nobody", and why. */
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
    /** What was measured: a plan that has changed since is not taken for the one that was begun. */
    cell: z.string(),
    samplesBytes: z.number().int(),
  }),
  z.strictObject({ event: z.literal('unavailable'), at, ...cell }),
  z.strictObject({ event: z.literal('failed'), at, boot: z.string(), ...cell }),
  /** What the boot measured until then does not count: it is to be measured again. */
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

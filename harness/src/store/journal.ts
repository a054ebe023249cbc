import { z } from 'zod';
import { paramsSchema } from '../workload/sample.ts';

const at = z.string().describe('When, in ISO form');
const boot = z.string().describe('The name of the boot');
const why = z.string().describe('The reason');
const cell = {
  variant: z.string().describe('What the workload would run over'),
  params: paramsSchema.describe('The factors of the cell'),
  why,
};

/** The CPUs of this machine that a host's vCPUs were pinned to, by vCPU; empty if they were not pinned. */
export const cpusSchema = z.array(z.number().int().nonnegative());

/** How several hosts reach their shared memory, and what the drivers of each host found. */
export const sharedMemorySchema = z.strictObject({
  memoryPath: z.string().describe('How the hosts reach the memory'),
  testedUpdates: z.number().int().nonnegative().describe('Updates that the self-test made; none was lost'),
  hosts: z
    .array(
      z.strictObject({
        name: z.string().describe('The name of the host'),
        qemuCommand: z.array(z.string()).describe('Its QEMU command line'),
        cpus: cpusSchema.optional().describe("The machine's CPUs that its vCPUs were pinned to"),
        memory: z
          .record(z.string(), z.union([z.string(), z.number()]))
          .nullable()
          .describe('What its drivers found of the memory; null if they were not asked'),
      }),
    )
    .describe('The hosts of the boot'),
});
export type SharedMemory = z.infer<typeof sharedMemorySchema>;

/**
 * journal.jsonl: the events of a run, in order. A step's samples count once its whole line is here: `samplesBytes` is
 * the size of samples.jsonl at that moment, and bytes after the last one were torn. Samples of a boot that is
 * discarded later stay in the file, and no longer count.
 */
export const eventSchema = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('session').describe('A process begins or resumes the run'), at }),
  z.strictObject({
    event: z.literal('boot').describe('A boot begins'),
    at,
    boot,
    seed: z.number().int().describe('The seed of the boot'),
    qemuCommand: z.array(z.string()).describe("The first host's QEMU command line"),
    cpus: cpusSchema.optional().describe("The machine's CPUs that the vCPUs of the only host were pinned to"),
    instructions: z
      .string()
      .optional()
      .describe('The source of instruction counts, and the reason: "icount", "cpu" or "nobody", and why'),
    shared: sharedMemorySchema.optional().describe('The shared memory of several hosts'),
  }),
  z.strictObject({
    event: z.literal('booted').describe('A boot ended'),
    at,
    boot,
    noise: z
      .record(z.string(), z.union([z.string(), z.number()]))
      .describe('Probed during the boot: load, steal, governor, throttling, other guests'),
  }),
  z.strictObject({
    event: z.literal('step').describe('A step was measured'),
    at,
    boot,
    order: z.number().int().describe('The place of the step in its boot'),
    cell: z
      .string()
      .describe('The cell that was measured, so that the steps of a changed plan do not count as done'),
    samplesBytes: z.number().int().describe('The size of samples.jsonl with the samples of the step'),
  }),
  z.strictObject({ event: z.literal('unavailable').describe('A cell cannot run here'), at, ...cell }),
  z.strictObject({ event: z.literal('failed').describe('A cell failed'), at, boot, ...cell }),
  z.strictObject({
    event: z
      .literal('discarded')
      .describe('Earlier samples of the boot do not count; the boot is measured again'),
    at,
    boot,
    why,
  }),
  z.strictObject({
    event: z.literal('complained').describe('The kernel complained, which ends the run for good'),
    at,
    boot,
    why,
    log: z.string().describe("The console's path inside the run folder"),
  }),
  z.strictObject({
    event: z.literal('warning').describe('Something that a reader must know'),
    at,
    text: z.string().describe('The warning'),
  }),
]);
export type JournalEvent = z.infer<typeof eventSchema>;

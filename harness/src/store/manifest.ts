import { z } from 'zod';
import { twinKinds } from '../experiment/boot-plan.ts';
import { clocks } from '../host/clock.ts';
import { profiles } from '../measure/summary.ts';
import { cpusSchema, sharedMemorySchema } from './journal.ts';
import { testbedSchema } from './testbed.ts';

const hash = z.string();
const hashedFiles = z.array(
  z.strictObject({
    name: z.string().describe('The path of the file'),
    sha256: hash.describe('The hash of its content'),
  }),
);
const testbedIds = z.strictObject({
  virtual: hash.describe('Of the virtual clock'),
  wall: hash.describe('Of the wall clock'),
});

const kernelSchema = z.strictObject({
  name: z.string().describe('The value of the factor kernel'),
  bundle: z
    .string()
    .nullable()
    .describe('The id of the kernel bundle; null for an image that is not a bundle'),
  release: z.string().describe('What uname -r says'),
  source: z.string().describe('The source package and its version'),
  patches: hashedFiles.describe('The patches, in their order'),
  grafts: hashedFiles
    .optional()
    .describe('Sources copied into the tree. Runs of earlier versions lack the optional fields'),
  fragments: hashedFiles.optional().describe('Kconfig fragments'),
  configHash: hash.describe('The hash of the configuration'),
  compiler: z.string().describe('The compiler'),
  toolchain: z
    .strictObject({
      gcc: z.string().describe('The compiler'),
      ld: z.string().describe('The linker'),
      pahole: z.string().describe('What made the BTF'),
    })
    .optional()
    .describe('The versions of the tools that built it'),
});

const bootSchema = z.strictObject({
  name: z.string().describe('The name of the boot'),
  seed: z.number().int().describe('The seed of the boot'),
  startedAt: z.string().describe('When it began'),
  endedAt: z.string().nullable().describe('When it ended; null if it was cut off'),
  qemuCommand: z
    .array(z.string())
    .describe("The first host's command line; empty if plain processes are used instead of hosts"),
  cpus: cpusSchema
    .optional()
    .describe(
      'The CPUs of the only host; those of several hosts are in shared. Absent in runs of earlier versions',
    ),
  instructions: z
    .string()
    .optional()
    .describe('The source of instruction counts, and the reason: "icount", "cpu" or "nobody", and why'),
  shared: sharedMemorySchema.optional().describe('The shared memory of several hosts'),
  noise: z
    .record(z.string(), z.union([z.string(), z.number()]))
    .describe('Probed on this machine during the boot: load, steal, governor, throttling, other guests'),
});

const bootRangeSchema = z.strictObject({
  from: z.number().int().describe('The first boot of each environment, from 0'),
  to: z.number().int().describe('The boot after the last one'),
});

/** The part of a plan that a run measures. */
export const shardSchema = z.strictObject({
  index: z.number().int().positive().describe('The part, counted from 1'),
  of: z.number().int().positive().describe('The number of parts'),
  plan: hash.describe('The hash of the whole plan'),
  boots: z.array(z.string()).describe('The names of its boots'),
});

/** Where a part of a merged run was measured. */
const mergedSchema = z.strictObject({
  run: z.string().describe('The name of the run'),
  shard: shardSchema.describe('The part of the plan'),
  testbedId: testbedIds.describe('The testbeds of its machine'),
  cpuModel: z.string().describe('The CPU of its machine'),
  cpus: z.number().int().describe('The CPUs of its machine'),
  elapsedMs: z.number().nonnegative().describe('Time spent measuring'),
});

/** The request of the run: with the experiment's matrices it gives the same plan again. */
const requestSchema = z.strictObject({
  profile: z.enum(profiles).describe('How much to measure'),
  clock: z
    .enum([...clocks, 'both'])
    .optional()
    .describe('The clocks, if not those of the profile'),
  only: z
    .array(
      z.strictObject({
        factor: z.string().describe('The factor'),
        values: z.array(z.string()).describe('Its values'),
      }),
    )
    .describe('The values of factors that were kept'),
  kernels: z.array(z.string()).min(1).describe('The names of the kernels, the reference first'),
  seed: z.number().int().describe('The seed of the run'),
  boots: bootRangeSchema.optional().describe("The boots of each environment; if absent, the profile's"),
  words: z
    .record(z.string(), z.array(z.union([z.string(), z.number()])))
    .optional()
    .describe('The parts of the command line, for the experiment command'),
  twins: z
    .array(
      z.strictObject({
        of: z.string().describe('The variant'),
        kind: z.enum(twinKinds).describe('again: the same; slow: slowed down on purpose'),
      }),
    )
    .optional()
    .describe('Copies of variants that were also measured'),
});
export type RunRequest = z.infer<typeof requestSchema>;

/** manifest.json: everything that another person needs to rebuild the run. */
export const manifestSchema = z.strictObject({
  run: z.string().describe('The name of the run'),
  experiment: z.string().describe('The experiment that was run'),
  command: z.string().describe('The command line that repeats this run'),
  startedAt: z.string().describe('When the run began'),
  endedAt: z.string().nullable().describe('When it ended; null while it is measured'),
  elapsedMs: z.number().nonnegative().describe('Time spent measuring, over all sessions of a resumed run'),
  resumed: z.number().int().nonnegative().describe('How many times it was resumed'),
  request: requestSchema.describe('With the experiment, it gives the same plan again'),
  shard: shardSchema.optional().describe('Only of a run that measures a part of its plan'),
  merged: z
    .array(mergedSchema)
    .optional()
    .describe('Only of a run that was merged: its shards, in the order of their boots'),
  zerohop: z
    .strictObject({
      commit: z.string().describe('Its commit'),
      dirty: z.boolean().describe('Whether the tree had uncommitted changes'),
    })
    .describe('The checkout that measured'),
  kernels: z.array(kernelSchema).min(1).describe('The kernels, the reference first'),
  host: z
    .strictObject({
      os: z.string().describe('Its distribution'),
      kernel: z.string().describe('Its kernel'),
      cpus: z.number().int().describe('Its CPUs'),
      memoryMb: z.number().describe('Its memory'),
      node: z.string().describe('The version of Node'),
      tools: z
        .record(z.string(), z.string())
        .optional()
        .describe('Versions of its tools: QEMU, gcc, clang, bpftool...'),
    })
    .describe('The machine'),
  guest: z
    .strictObject({
      cpu: z.string().describe('The CPU model of QEMU'),
      cpus: z.number().int().describe('vCPUs of each'),
      memoryMb: z.number().describe('Memory of each'),
    })
    .describe('The virtual machines'),
  packages: z
    .record(z.string(), z.string())
    .describe("Versions of the distribution's packages in the guests"),
  packageHashes: z.record(z.string(), hash).optional().describe('Sha256 of the same packages'),
  notes: z
    .record(z.string(), z.union([z.string(), z.number()]))
    .describe("Further facts: the positive control's loop, the origin of a package"),
  testbed: testbedSchema.describe('Everything known that figures depend on, apart from the code under test'),
  testbedId: testbedIds.describe('The testbeds as hashes: equal ones belong to one series'),
  boots: z.array(bootSchema).describe('The boots that were measured'),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** The part of a manifest that is known before the first boot. */
export type ManifestStart = Omit<
  Manifest,
  'run' | 'startedAt' | 'endedAt' | 'elapsedMs' | 'resumed' | 'boots' | 'testbedId'
>;

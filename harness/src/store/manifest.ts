import { z } from 'zod';
import { twinKinds } from '../experiment/boot-plan.ts';
import { clocks } from '../host/clock.ts';
import { profiles } from '../measure/summary.ts';
import { cpusSchema, sharedMemorySchema } from './journal.ts';
import { testbedSchema } from './testbed.ts';

const hash = z.string();
const hashedFiles = z.array(z.strictObject({ name: z.string(), sha256: hash }));

const kernelSchema = z.strictObject({
  /** Its value of the factor `kernel`. */
  name: z.string(),
  /** Null for an image that is not a bundle of ours. */
  bundle: z.string().nullable(),
  release: z.string(),
  source: z.string(),
  patches: hashedFiles,
  /** Sources of ours that were put into the tree. As all that is optional here, runs of earlier versions lack them. */
  grafts: hashedFiles.optional(),
  /** Of Kconfig. */
  fragments: hashedFiles.optional(),
  configHash: hash,
  compiler: z.string(),
  toolchain: z.strictObject({ gcc: z.string(), ld: z.string(), pahole: z.string() }).optional(),
});

const bootSchema = z.strictObject({
  name: z.string(),
  seed: z.number().int(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  /** The first host's; none where plain processes take the hosts' places. */
  qemuCommand: z.array(z.string()),
  /** Its host's; those of several are in `shared`. Missing in runs of earlier versions. */
  cpus: cpusSchema.optional(),
  /** Who counted them, and how we know: "icount", "cpu" or "nobody", and why. */
  instructions: z.string().optional(),
  shared: sharedMemorySchema.optional(),
  /** What was probed of this machine beside the boot: load, steal, governor, throttling, other guests. */
  noise: z.record(z.string(), z.union([z.string(), z.number()])),
});

/** How the run was asked for: with the experiment's matrices it gives the same plan again. */
const requestSchema = z.strictObject({
  profile: z.enum(profiles),
  clock: z.enum([...clocks, 'both']).optional(),
  only: z.array(z.strictObject({ factor: z.string(), values: z.array(z.string()) })),
  kernels: z.array(z.string()).min(1),
  seed: z.number().int(),
  /** Those that the experiment `command` was made of. */
  words: z.record(z.string(), z.array(z.union([z.string(), z.number()]))).optional(),
  twins: z.array(z.strictObject({ of: z.string(), kind: z.enum(twinKinds) })).optional(),
});
export type RunRequest = z.infer<typeof requestSchema>;

/** manifest.json: with it another person can rebuild the run. */
export const manifestSchema = z.strictObject({
  run: z.string(),
  experiment: z.string(),
  /** The command line that gives this run again. */
  command: z.string(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  /** Spent measuring, over every session that a resumed run took. */
  elapsedMs: z.number().nonnegative(),
  resumed: z.number().int().nonnegative(),
  request: requestSchema,
  zerohop: z.strictObject({ commit: z.string(), dirty: z.boolean() }),
  kernels: z.array(kernelSchema).min(1),
  host: z.strictObject({
    os: z.string(),
    kernel: z.string(),
    cpus: z.number().int(),
    memoryMb: z.number(),
    node: z.string(),
    /** Versions of what this machine builds and boots with: QEMU, gcc, clang, bpftool... */
    tools: z.record(z.string(), z.string()).optional(),
  }),
  guest: z.strictObject({ cpu: z.string(), cpus: z.number().int(), memoryMb: z.number() }),
  /** Versions of what the guests hold of the distribution. */
  packages: z.record(z.string(), z.string()),
  /** Sha256 of the same packages. */
  packageHashes: z.record(z.string(), hash).optional(),
  /** What else a workload was made of: the positive control's loop, where a package comes from. */
  notes: z.record(z.string(), z.union([z.string(), z.number()])),
  testbed: testbedSchema,
  testbedId: z.strictObject({ virtual: hash, wall: hash }),
  boots: z.array(bootSchema),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** What a run knows of itself before its first boot. */
export type ManifestStart = Omit<
  Manifest,
  'run' | 'startedAt' | 'endedAt' | 'elapsedMs' | 'resumed' | 'boots' | 'testbedId'
>;

import { z } from 'zod';
import { twinKinds } from '../experiment/boot-plan.ts';
import { clocks } from '../host/clock.ts';
import { profiles } from '../measure/summary.ts';
import { cpusSchema, sharedMemorySchema } from './journal.ts';
import { testbedSchema } from './testbed.ts';

const hash = z.string();
const hashedFiles = z.array(z.strictObject({ name: z.string(), sha256: hash }));

const kernelSchema = z.strictObject({
  /** The value of the factor `kernel`. */
  name: z.string(),
  /** Null for an image that is not a bundle. */
  bundle: z.string().nullable(),
  release: z.string(),
  source: z.string(),
  patches: hashedFiles,
  /** Sources copied into the tree. Runs of earlier versions lack the optional fields. */
  grafts: hashedFiles.optional(),
  /** Kconfig fragments. */
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
  /** The first host's command line; empty if plain processes are used instead of hosts. */
  qemuCommand: z.array(z.string()),
  /** The CPUs of the only host; those of several hosts are in `shared`. Absent in runs of earlier versions. */
  cpus: cpusSchema.optional(),
  /** The source of instruction counts, and the reason: "icount", "cpu" or "nobody", and why. */
  instructions: z.string().optional(),
  shared: sharedMemorySchema.optional(),
  /** Probed on this machine during the boot: load, steal, governor, throttling, other guests. */
  noise: z.record(z.string(), z.union([z.string(), z.number()])),
});

const bootRangeSchema = z.strictObject({ from: z.number().int(), to: z.number().int() });

/** The part of a plan that a run measures. */
export const shardSchema = z.strictObject({
  /** Counted from 1. */
  index: z.number().int().positive(),
  of: z.number().int().positive(),
  /** The hash of the whole plan. */
  plan: hash,
  boots: z.array(z.string()),
});

/** Where a part of a merged run was measured. */
const mergedSchema = z.strictObject({
  run: z.string(),
  shard: shardSchema,
  testbedId: z.strictObject({ virtual: hash, wall: hash }),
  cpuModel: z.string(),
  cpus: z.number().int(),
  elapsedMs: z.number().nonnegative(),
});

/** The request of the run: with the experiment's matrices it gives the same plan again. */
const requestSchema = z.strictObject({
  profile: z.enum(profiles),
  clock: z.enum([...clocks, 'both']).optional(),
  only: z.array(z.strictObject({ factor: z.string(), values: z.array(z.string()) })),
  kernels: z.array(z.string()).min(1),
  seed: z.number().int(),
  /** The boots of each environment, `to` excluded; if absent, the profile's. */
  boots: bootRangeSchema.optional(),
  /** The parts of the command line, for the experiment `command`. */
  words: z.record(z.string(), z.array(z.union([z.string(), z.number()]))).optional(),
  twins: z.array(z.strictObject({ of: z.string(), kind: z.enum(twinKinds) })).optional(),
});
export type RunRequest = z.infer<typeof requestSchema>;

/** manifest.json: everything that another person needs to rebuild the run. */
export const manifestSchema = z.strictObject({
  run: z.string(),
  experiment: z.string(),
  /** The command line that repeats this run. */
  command: z.string(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  /** Time spent measuring, over all sessions of a resumed run. */
  elapsedMs: z.number().nonnegative(),
  resumed: z.number().int().nonnegative(),
  request: requestSchema,
  /** Only of a run that measures a part of its plan. */
  shard: shardSchema.optional(),
  /** Only of a run that was merged: its shards, in the order of their boots. */
  merged: z.array(mergedSchema).optional(),
  zerohop: z.strictObject({ commit: z.string(), dirty: z.boolean() }),
  kernels: z.array(kernelSchema).min(1),
  host: z.strictObject({
    os: z.string(),
    kernel: z.string(),
    cpus: z.number().int(),
    memoryMb: z.number(),
    node: z.string(),
    /** Versions of this machine's tools: QEMU, gcc, clang, bpftool... */
    tools: z.record(z.string(), z.string()).optional(),
  }),
  guest: z.strictObject({ cpu: z.string(), cpus: z.number().int(), memoryMb: z.number() }),
  /** Versions of the distribution's packages in the guests. */
  packages: z.record(z.string(), z.string()),
  /** Sha256 of the same packages. */
  packageHashes: z.record(z.string(), hash).optional(),
  /** Further facts: the positive control's loop, the origin of a package. */
  notes: z.record(z.string(), z.union([z.string(), z.number()])),
  testbed: testbedSchema,
  testbedId: z.strictObject({ virtual: hash, wall: hash }),
  boots: z.array(bootSchema),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** The part of a manifest that is known before the first boot. */
export type ManifestStart = Omit<
  Manifest,
  'run' | 'startedAt' | 'endedAt' | 'elapsedMs' | 'resumed' | 'boots' | 'testbedId'
>;

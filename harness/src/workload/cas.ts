import { z } from 'zod';
import { fabricKinds } from '../fabric/fabrics.ts';
import { loadNs, profileNames, profileOf } from '../fabric/profile.ts';
import { Failure } from '../host/failure.ts';
import { readCounts, type TimedCount, timedSchema } from './cas-counts.ts';
import { noFabric } from './processes.ts';
import type { ClusterSite } from './site.ts';
import type { AtomicVariant } from './variant/atomic.ts';
import { atomics } from './variant/atomics.ts';
import { defineWorkload, type Over } from './workload.ts';

const sampleMs = 500;
/** A sample of the virtual clock has some ten thousand operations. */
const virtualSampleMs = 2;
/** About as long as an operation, so that hosts meet within one. */
const virtualQuantumNs = 100;
const warmUpMs = 50;
const limitSeconds = 60;

/** The value of the factor `latency` without delays. */
export const noProfile = 'none';

const factors = z.object({
  hosts: z.int().positive(),
  fabric: z.enum([noFabric, ...fabricKinds]),
  /** The number of words that the places spread over. */
  words: z.int().positive(),
  /** Without a profile, the latency is the fabric's own; with one, its memory server delays every access. */
  latency: z.enum([noProfile, ...profileNames]),
});

/** Every place counts on the same words for the same time (harness/guest/cas). */
export default defineWorkload({
  name: 'cas',
  layers: [],
  pinned: false,
  variants: atomics,
  factors,
  bootFactors: ['hosts', 'fabric'],
  async open(site) {
    await slowDown(site);
    return {
      warmUp: async () => void (await count(site, warmUpMs)),
      sample: async () => {
        const ms = site.cluster.lockstep === undefined ? sampleMs : virtualSampleMs;
        const { counts, raw } = await count(site, ms);
        return { ...readCounts(site.variant, counts), raw };
      },
      async [Symbol.asyncDispose]() {
        await site.cluster.server?.delay('all', 0);
      },
    };
  },
});

async function slowDown({ cluster: { server, lockstep }, params }: ClusterSite): Promise<void> {
  const { latency } = factors.parse(params);
  if (latency === noProfile) return;
  lockstep?.far(loadNs[latency]);
  await server?.profile('all', profileOf(latency));
}

async function count({ cluster, variantName, params }: Over<AtomicVariant>, ms: number) {
  const { places, device, server, lockstep } = cluster;
  const argv = [
    ...['zerohop-cas', '--op', variantName, '--words', `${factors.parse(params).words}`, '--run-ms', `${ms}`],
    ...['--histogram', '--timed-one-in', server === undefined ? '64' : '1', '--device', device],
    ...['--seconds', `${limitSeconds}`, '--hosts', `${places.length}`],
    ...(lockstep === undefined ? [] : ['--schedule', `${lockstep.seed}:${virtualQuantumNs}`]),
  ];
  const results = await Promise.all(
    places.map((place, index) =>
      place.run([...argv, '--host', `${index}`], { timeoutMs: 2 * limitSeconds * 1000 }),
    ),
  );
  const lines = results.map(({ status, stdout, stderr }, index) => {
    const line = stdout.toString().trim();
    if (line !== '') return line;
    throw new Failure('cell', `${places[index]?.name}: zerohop-cas ended with status ${status}: ${stderr}`);
  });
  return { counts: lines.map(readCount), raw: `${lines.join('\n')}\n` };
}

function readCount(line: string): TimedCount {
  const parsed = timedSchema.safeParse(JSON.parse(line));
  if (parsed.success) return parsed.data;
  throw new Failure(
    'cell',
    `zerohop-cas's line cannot be read (${z.prettifyError(parsed.error)}): ${line.slice(0, 2000)}`,
  );
}

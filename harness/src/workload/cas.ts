import { z } from 'zod';
import { profileOf } from '../fabric/profile.ts';
import { Failure } from '../host/failure.ts';
import { readCounts, type TimedCount, timedSchema } from './cas-counts.ts';
import type { ClusterProgram, ClusterSite } from './cluster.ts';
import { operationOf } from './variant/atomics.ts';

const sampleMs = 500;
const warmUpMs = 50;
const limitSeconds = 60;

/** The value of the factor `latency` where nothing is slowed down. */
export const noProfile = 'none';

/** Every place counts on the same words for the same time (harness/guest/cas). */
export const cas: ClusterProgram = {
  layers: [],
  pinned: false,
  async open(site) {
    await slowDown(site);
    return {
      warmUp: async () => void (await count(site, warmUpMs)),
      sample: async () => {
        const before = await serverCount(site);
        const { counts, raw } = await count(site, sampleMs);
        const after = await serverCount(site);
        return { ...readCounts(site, counts, after - before), raw };
      },
      async [Symbol.asyncDispose]() {
        await site.cluster.server?.delay('all', 0);
      },
    };
  },
};

async function slowDown({ cluster: { server }, params: { latency } }: ClusterSite): Promise<void> {
  if (latency !== noProfile) await server?.profile('all', profileOf(`${latency}`));
}

async function count({ cluster, variantName, params }: ClusterSite, ms: number) {
  const { places, device, server } = cluster;
  const argv = [
    ...['zerohop-cas', '--op', variantName, '--words', `${params['words']}`, '--run-ms', `${ms}`],
    ...['--histogram', '--timed-one-in', server === undefined ? '64' : '1', '--device', device],
    ...['--seconds', `${limitSeconds}`, '--hosts', `${places.length}`],
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

/** Operations of the kind that a server has put into effect for all hosts; 0 without one. */
async function serverCount({ cluster: { server }, variantName }: ClusterSite): Promise<number> {
  const hosts = (await server?.statistics()) ?? [];
  const { counted } = operationOf(variantName);
  return hosts.reduce((sum, { operations }) => sum + (operations[counted] ?? 0), 0);
}

import { z } from 'zod';
import type { HostSpec } from '../guest/spec.ts';
import { Failure } from '../host/failure.ts';
import type { RaisedHosts } from './raise.ts';

/** The kernel takes memory in such blocks. */
export const blockBytes = 128 * 2 ** 20;

const extentSchema = z.strictObject({ start: z.string(), bytes: z.int(), node: z.int() });
/** What a host has of the fabric's memory for itself: a NUMA node without CPUs. */
export type Extent = z.infer<typeof extentSchema>;

/** A kernel numbers nodes, and gives the CXL window one of its own, only if its firmware names the first. */
export function withFirstNode(spec: HostSpec): HostSpec {
  const memory = ['-object', `memory-backend-ram,id=near,size=${spec.memoryMb}M`];
  return { ...spec, qemuArgs: [...memory, '-numa', 'node,nodeid=0,memdev=near', ...spec.qemuArgs] };
}

/** Each host takes a part of the memory as its own system RAM; no two have a byte in common. */
export async function takeAsRam({ hosts, memories }: RaisedHosts): Promise<Extent[]> {
  if (memories.some(({ path }) => path !== 'cxl'))
    throw new Failure('infra', 'only a CXL device can become system RAM, and this memory is a shared BAR', {
      next: 'see why in the line about the fabric above',
    });
  return Promise.all(
    hosts.map(async (host, index) => {
      const { stdout } = await host.must(['zerohop-cxl', 'ram', `${index}`, `${hosts.length}`], {
        timeoutMs: 60_000,
      });
      return extentSchema.parse(JSON.parse(stdout.toString()));
    }),
  );
}

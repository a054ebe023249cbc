import { z } from 'zod';
import { Failure } from '../host/failure.ts';
import type { RaisedHosts } from './raise.ts';

/** The kernel takes memory in such blocks. */
export const blockBytes = 128 * 2 ** 20;

const extentSchema = z.strictObject({ start: z.string(), bytes: z.int(), node: z.int() });
/** The part of the fabric's memory that belongs to one host: a NUMA node without CPUs. */
export type Extent = z.infer<typeof extentSchema>;

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

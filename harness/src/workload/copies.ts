import { z } from 'zod';
import { Failure } from '../host/failure.ts';
import { pingpongOnce } from './pingpong.ts';
import type { SocketVariant } from './variant/socket.ts';
import type { SocketMeasurement } from './variant/socket-row.ts';
import { overTcp, sockets } from './variant/sockets.ts';
import { defineWorkload, type Over } from './workload.ts';

const seconds = 0.3;

/** The kernel's copy moves eight bytes an instruction without ERMS, and the guest's CPU has no ERMS. */
const bytesPerInstruction = 8;

/**
 * The number of copies of a further byte, from the difference in instructions between pingpong at the cell's size and
 * at a quarter of it. The fixed cost of a message cancels out. Other costs that grow with the size (allocating and
 * freeing pages) remain.
 */
export default defineWorkload({
  name: 'copies',
  layers: [],
  pinned: true,
  variants: { ...overTcp, unix: sockets.unix },
  factors: z.object({ test: z.enum(['per-byte']) }),
  async open(site) {
    return {
      warmUp: async () => void (await compared(site)),
      sample: () => compared(site),
      async [Symbol.asyncDispose]() {},
    };
  },
});

async function compared(site: Over<SocketVariant>): Promise<SocketMeasurement> {
  const { size } = site.params;
  const large = await pingpongOnce(site, seconds);
  const small = await pingpongOnce({ ...site, params: { ...site.params, size: size / 4 } }, seconds);
  const instructions = costOf(large) - costOf(small);
  const furtherBytes = 2 * (size - size / 4);
  return {
    values: [{ metric: 'copies_per_byte', value: (instructions * bytesPerInstruction) / furtherBytes }],
    payloadBytes: (large.payloadBytes ?? 0) + (small.payloadBytes ?? 0),
    transactions: large.transactions + small.transactions,
    raw: large.raw + small.raw,
    observed: large.observed,
  };
}

function costOf({ values }: SocketMeasurement): number {
  const found = values.find(({ metric }) => metric === 'instructions_per_txn');
  if (found === undefined) throw new Failure('cell', 'copies are counted on the virtual clock alone');
  return found.value;
}

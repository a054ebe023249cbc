import { z } from 'zod';
import type { Host } from '../guest/host.ts';
import { Failure } from '../host/failure.ts';

/** The devices that a guest's own CXL drivers made, as evidence for the manifest. */
const memorySchema = z.discriminatedUnion('path', [
  z.object({
    path: z.literal('cxl'),
    device: z.string(),
    bytes: z.number(),
    memdev: z.string(),
    serial: z.string(),
    capacity: z.number(),
    decoder: z.string(),
    region: z.string(),
    /** From the root of the CXL hierarchy down to the device: root0/port1 */
    ports: z.string(),
    start: z.string(),
  }),
  z.object({ path: z.literal('ivshmem'), device: z.string() }),
]);
export type GuestMemory = z.infer<typeof memorySchema>;

const limitMs = 60_000;

/** Makes the fabric's memory /dev/daxX.Y in a guest, /dev/fabric a link to it, and the round known to its programs. */
export async function bringUp(host: Host, sizeBytes: number, round: number): Promise<GuestMemory> {
  const argv = ['zerohop-cxl', 'up', `${sizeBytes}`, `${round}`];
  const { status, stdout, stderr } = await host.run(argv, { timeoutMs: limitMs });
  if (status === 0) return memorySchema.parse(JSON.parse(stdout.toString()));
  throw new Failure(
    'infra',
    `${host.name}: the fabric's memory did not come up: ${stderr.toString().trim()}`,
    {
      log: host.consoleLog,
      next: 'the kernel must have CXL and device DAX (kernel-patches/config/storage.config)',
    },
  );
}

import { z } from 'zod';
import { instructionsPerTransaction } from './instructions.ts';
import type { HostSite } from './site.ts';
import { type FilesMeasurement, mountPoint } from './variant/filesystem.ts';
import { realFilesystems } from './variant/filesystems.ts';
import { defineWorkload } from './workload.ts';

/** Operations on a name, in the order in which the program does them. */
const steps = ['create', 'stat', 'open', 'readdir', 'rename', 'unlink'] as const;
export const nameTests = [...steps, 'create+unlink'] as const;

const factors = z.object({
  /** readdir: the share of one name in a list of all. */
  test: z.enum(nameTests),
  /** In the one directory. */
  files: z.int().positive(),
});

/** The loop of harness/guest/names: every file is made, looked at, renamed and removed. */
export default defineWorkload({
  name: 'names',
  layers: ['daxfs', 'filesystems'],
  pinned: true,
  sparesMemory: true,
  variants: realFilesystems,
  factors,
  async open(site) {
    return {
      warmUp: async () => void (await loop(site)),
      sample: () => loop(site),
      async [Symbol.asyncDispose]() {},
    };
  },
});

const rounds = 2;

async function loop({ host, params }: HostSite): Promise<FilesMeasurement> {
  const { test, files } = factors.parse(params);
  const argv = ['zerohop-names', mountPoint, `${files}`, `${rounds}`];
  const { stdout } = await host.must(argv, { timeoutMs: 300_000, kind: 'cell' });
  const raw = stdout.toString();
  const ns = reportSchema.parse(JSON.parse(raw));
  const rate = 1e9 / (test === 'create+unlink' ? ns.create + ns.unlink : ns[test]);
  return {
    values: [{ metric: 'rate', value: rate }, ...instructionsPerTransaction(params, rate)],
    // The first round is not timed.
    transactions: files * (1 + rounds),
    raw,
    traces: { mark: 'named', least: files },
  };
}

/** Nanoseconds of one operation. */
const reportSchema = z.record(z.enum(steps), z.number().positive());

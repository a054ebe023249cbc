import { z } from 'zod';
import { Failure } from '../host/failure.ts';
import { instructionsPerTransaction } from './instructions.ts';
import type { HostSite } from './site.ts';
import { type FilesMeasurement, mountPoint } from './variant/filesystem.ts';
import { realFilesystems } from './variant/filesystems.ts';
import { defineWorkload } from './workload.ts';

/** The size of a file: more than QEMU's cache of translations holds in small pages, and little beside the memory of a host. */
export const fileBytes = 8 * 2 ** 20;
const pageBytes = 4096;

/** On the virtual clock, some ten passes over the file. */
const sampleMs = { virtual: 40, wall: 500 } as const;

export const fileTests = ['read', 'write', 'first', 'load', 'store'] as const;

export const fileFactors = z.object({
  /** Calls on a file that is there; first: writes into one that was cut to nothing; load and store: by a mapping. */
  test: z.enum(fileTests),
  order: z.enum(['sequential', 'random']),
  threads: z.int().positive(),
  /** Whether each thread has a file of its own. */
  files: z.enum(['own', 'one']),
});

/** The loop of harness/guest/files, which costs some ten instructions beside each call. */
export default defineWorkload({
  name: 'files',
  layers: ['daxfs', 'filesystems'],
  pinned: true,
  sparesMemory: true,
  variants: realFilesystems,
  factors: fileFactors,
  async open(site) {
    return {
      warmUp: async () => void (await loop(site, 1)),
      sample: () => loop(site, sampleMs[site.params.clock]),
      async [Symbol.asyncDispose]() {},
    };
  },
});

async function loop({ host, params }: HostSite, ms: number): Promise<FilesMeasurement> {
  const { test, order, threads, files } = fileFactors.parse(params);
  const argv = [
    ...['zerohop-files', '--dir', mountPoint, '--test', test, '--order', order],
    ...['--size', `${params.size}`, '--bytes', `${fileBytes}`, '--ms', `${ms}`, '--threads', `${threads}`],
    ...(files === 'one' ? ['--one-file'] : []),
  ];
  const { stdout } = await host.must(argv, { timeoutMs: 300_000, kind: 'cell' });
  return readLoop(params, stdout.toString());
}

const reportSchema = z.strictObject({
  operations: z.number().positive(),
  /** With those of the passes before, which are not timed: what a profiler sees. */
  all: z.number().positive(),
  rate: z.number().positive(),
});

export function readLoop(params: HostSite['params'], raw: string): FilesMeasurement {
  const { all, rate } = reportSchema.parse(JSON.parse(raw));
  return { values: ratesOf(params, rate), transactions: all, raw, traces: tracesOf(params) };
}

/** An operation's rate, and what follows from it. */
export function ratesOf(params: HostSite['params'], rate: number): FilesMeasurement['values'] {
  return [
    { metric: 'rate', value: rate },
    ...instructionsPerTransaction(params, rate),
    { metric: 'mbit_per_s', value: (rate * params.size * 8) / 1e6 },
  ];
}

/** The pages that must be in the memory below after the sample: of every file, each page. */
export function tracesOf(params: HostSite['params']): FilesMeasurement['traces'] {
  const { test, threads, files } = fileFactors.parse(params);
  const least = (files === 'one' ? 1 : threads) * (fileBytes / pageBytes);
  if (least < 1) throw new Failure('cell', 'no file is used');
  return { mark: test === 'read' || test === 'load' ? 'filled' : 'written', least };
}

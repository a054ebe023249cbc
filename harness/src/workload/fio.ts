import { z } from 'zod';
import { Failure } from '../host/failure.ts';
import { fileBytes, fileFactors, ratesOf, tracesOf } from './files.ts';
import type { HostSite } from './site.ts';
import { type FilesMeasurement, mountPoint } from './variant/filesystem.ts';
import { filesystems } from './variant/filesystems.ts';
import { defineWorkload } from './workload.ts';

/** Its clock has milliseconds. */
const sampleMs = { virtual: 250, wall: 1000 } as const;
const rampMs = 50;

const factors = fileFactors.extend({ test: z.enum(['read', 'write']) });

/** Debian's fio, with pread() and pwrite(). Its own instructions are a large part of a small operation. */
export default defineWorkload({
  name: 'fio',
  layers: ['fio', 'daxfs', 'filesystems'],
  pinned: true,
  sparesMemory: true,
  variants: filesystems,
  factors,
  async open(site) {
    await fill(site);
    return {
      warmUp: async () => void (await fio(site, 1)),
      sample: () => fio(site, sampleMs[site.params.clock]),
      async [Symbol.asyncDispose]() {},
    };
  },
});

type Named = HostSite & { variantName: string };

async function fill({ host, params }: HostSite): Promise<void> {
  const { threads, files } = factors.parse(params);
  const argv = ['zerohop-files', '--dir', mountPoint, '--test', 'fill', '--bytes', `${fileBytes}`];
  argv.push('--threads', files === 'one' ? '1' : `${threads}`);
  await host.must(argv, { timeoutMs: 120_000, kind: 'cell' });
}

async function fio(site: Named, ms: number): Promise<FilesMeasurement> {
  const { stdout } = await site.host.must(fioArgv(site, ms), { timeoutMs: 300_000, kind: 'cell' });
  return readFio(site.params, stdout.toString());
}

/** Threads of one file share its whole range; the words that are written are those that are looked for below. */
export function fioArgv(
  { params, variantName }: Pick<Named, 'params' | 'variantName'>,
  ms: number,
): string[] {
  const { test, order, threads, files } = factors.parse(params);
  const names = files === 'one' ? `${mountPoint}/0` : `${mountPoint}/$jobnum`;
  return [
    ...['fio', '--name=zerohop', '--output-format=json', '--group_reporting', '--thread'],
    ...[`--ioengine=${variantName === 'fio-alone' ? 'null' : 'psync'}`, '--invalidate=0', '--fallocate=none'],
    ...[`--rw=${order === 'random' ? 'rand' : ''}${test}`, `--bs=${params.size}`, `--numjobs=${threads}`],
    ...[`--filename_format=${names}`, '--nrfiles=1', `--filesize=${fileBytes}`, `--size=${fileBytes}`],
    ...['--time_based', `--runtime=${ms}ms`, `--ramp_time=${rampMs}ms`, '--randseed=1'],
    ...['--buffer_pattern="zhwriten"', '--cpus_allowed=0,1', '--cpus_allowed_policy=split'],
  ];
}

const side = z.looseObject({ total_ios: z.number(), iops: z.number() });
const reportSchema = z.looseObject({
  jobs: z.tuple([z.looseObject({ error: z.literal(0), read: side, write: side })]),
});

export function readFio(params: HostSite['params'], raw: string): FilesMeasurement {
  const parsed = reportSchema.safeParse(JSON.parse(raw));
  if (!parsed.success) {
    throw new Failure('cell', `fio's output cannot be read (${z.prettifyError(parsed.error)}): ${raw}`);
  }
  const [job] = parsed.data.jobs;
  const { test } = factors.parse(params);
  const { total_ios, iops } = job[test];
  if (iops <= 0) throw new Failure('cell', `fio did nothing: ${raw}`);
  return { values: ratesOf(params, iops), transactions: total_ios, raw, traces: tracesOf(params) };
}

import { z } from 'zod';
import type { Host } from '../../guest/host.ts';
import { type MemoryRange, spareRegion } from '../../guest/spare-memory.ts';
import { clocks } from '../../host/clock.ts';
import type { Measurement } from '../measurement.ts';
import type { Proof } from '../sample.ts';
import type { HostSite } from '../site.ts';
import type { Look } from './look.ts';
import type { Variant } from './variant.ts';

/** Where the filesystem under test is mounted. */
export const mountPoint = '/tmp/under-test';

/** The properties of one filesystem. */
export interface FilesystemRow {
  label: string;
  look?: Look;
  /** Shell commands that make and mount it at $DIR; $START and $BYTES are its memory. */
  mount: string;
  /** The memory that the bytes of its files lie in; null: the kernel's own. */
  region: MemoryRange | null;
  /** The tests that it cannot do, and why. */
  lacks?: { tests: readonly string[]; why: string };
}

/** A sample's traces: the words of its files, which are looked for in the memory below. */
export interface FilesMeasurement extends Measurement {
  traces: { mark: keyof RegionCounts; least: number };
}

const regionCounts = z.strictObject({
  /** Pages that hold what was in the files before the test. */
  filled: z.number(),
  /** Pages that hold what the test wrote. */
  written: z.number(),
  /** Words that are the beginning of a test file's name. */
  named: z.number(),
  /** Pages that are not zero. */
  used: z.number(),
});
export type RegionCounts = z.infer<typeof regionCounts>;

export type FilesystemVariant = Variant<HostSite, RegionCounts, FilesMeasurement> & FilesystemRow;

/** A row of filesystems.ts as a variant. The memory is cleared first, so every trace in it is of this step. */
export function filesystem(row: FilesystemRow): FilesystemVariant {
  return {
    judgedOn: clocks,
    ...row,
    unavailable: async ({ params }) =>
      row.lacks?.tests.includes(`${params['test']}`) ? row.lacks.why : null,
    async enter({ host }) {
      const region = row.region ?? spareRegion;
      await shell(host, region, `zerohop-region clear $START $BYTES; mkdir -p $DIR; ${row.mount}`);
      return {
        counts: () => countRegion(host, region),
        async [Symbol.asyncDispose]() {
          await shell(host, region, 'umount $DIR');
        },
      };
    },
    prove: (_site, _before, after, { traces }) => proveFilesystem(row, after, traces),
    counted: () => [],
  };
}

/** The bytes are in the memory, or the memory is as empty as it was. */
export function proveFilesystem(
  { region }: Pick<FilesystemRow, 'region'>,
  after: RegionCounts,
  { mark, least }: FilesMeasurement['traces'],
): Proof {
  const observed = `${after[mark]} ${mark}, ${after.used} pages in use`;
  return region !== null
    ? {
        name: 'bytes-in-region',
        ok: after[mark] >= least,
        expected: `at least ${least} ${mark} in the memory below`,
        observed,
      }
    : { name: 'region-untouched', ok: after.used === 0, expected: 'memory that nobody touched', observed };
}

async function countRegion(host: Host, region: MemoryRange): Promise<RegionCounts> {
  return regionCounts.parse(JSON.parse(await shell(host, region, 'zerohop-region count $START $BYTES')));
}

async function shell(host: Host, { start, bytes }: MemoryRange, script: string): Promise<string> {
  const env = { START: `${start}`, BYTES: `${bytes}`, DIR: mountPoint };
  const { stdout } = await host.must(['sh', '-ec', script], { timeoutMs: 120_000, kind: 'cell', env });
  return stdout.toString();
}

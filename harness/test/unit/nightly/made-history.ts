import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkoutRoot } from '../../../src/host/cache.ts';
import { random } from '../../../src/measure/random.ts';
import { readSummary } from '../../../src/store/read-run.ts';

export interface MadeNights {
  nights: number;
  testbedId: string;
  /** The first night's number, counted from 2026-01-01. */
  from?: number;
  /** A cell's factor in a night; 1 leaves it as it is. */
  factor?: (variant: string, size: number, night: number) => number;
}

export const commitOf = (night: number) => `${night}`.padStart(2, '0').repeat(20);

/** A history as the nightly writes it: the 1 KB request-response cells of the reference run, with noise. */
export async function makeHistory(results: string, { nights, testbedId, from = 0, factor }: MadeNights) {
  const { cells } = await readSummary(join(checkoutRoot(), 'results/reference/netperf'));
  const chosen = cells.filter(
    ({ params, metric }) => params.workload === 'netperf' && metric === 'rate' && params.size >= 1024,
  );
  const next = random(7 + from);
  const lines = Array.from({ length: nights }, (_, index) => from + index).flatMap((night) =>
    chosen.map(({ variant, params, metric, median, boots }) => {
      const value = median * (1 + 0.0006 * (next() - 0.5)) * (factor?.(variant, params.size, night) ?? 1);
      return JSON.stringify({
        at: new Date(Date.UTC(2026, 0, 1 + night, 3)).toISOString(),
        commit: commitOf(night),
        run: `r${night}`,
        testbedId,
        experiment: 'netperf',
        ...{ variant, params, metric, median: value, lo: value * 0.9998, hi: value * 1.0002, boots },
      });
    }),
  );
  const dir = join(results, 'history/netperf');
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, `${testbedId}.jsonl`), `${lines.join('\n')}\n`);
}

import netperf from '../../../src/experiment/netperf.ts';
import { floorsOf } from '../../../src/nightly/floors.ts';
import { nightFindings } from '../../../src/nightly/judge-night.ts';
import { advance } from '../../../src/nightly/records.ts';
import type { Accepted } from '../../../src/store/accepted.ts';
import type { HistoryEntry, Series } from '../../../src/store/history.ts';
import type { RegressionRecord } from '../../../src/store/regressions.ts';
import { point } from '../measure/made.ts';

export const commitOf = (night: number) => `${night}`.padStart(3, '0').repeat(12);

/** Each cell's figure, night by night. */
export type Nights = Readonly<Record<string, readonly number[]>>;

export interface Made {
  accepted?: (night: number) => readonly Accepted[];
  /** The bytes that ran in a night; if absent, others each night. */
  made?: (night: number) => string;
  /** Returns a changed record as the proof leaves it. */
  proved?: (record: RegressionRecord) => RegressionRecord;
}

/** The history of cells of netperf; a cell is named by variant and size. */
export function seriesOf(nights: Nights, upTo: number, made?: Made['made']): Series[] {
  return Object.entries(nights).map(([name, values]) => {
    const [variant = '', size = '1024'] = name.split(' ');
    const entries = values.slice(0, upTo + 1).map(
      (median, night): HistoryEntry => ({
        at: new Date(Date.UTC(2026, 0, 1 + night)).toISOString(),
        commit: commitOf(night),
        run: `r${night}`,
        testbedId: 't',
        experiment: 'netperf',
        ...{ variant, params: point({ test: 'rr', size: Number(size) }), metric: 'rate' },
        ...{ median, lo: median, hi: median, boots: 2, made: made?.(night) ?? `bytes ${night}` },
      }),
    );
    return { name, entries };
  });
}

/** Plays the nights one after the other; gives the records' last states after each of them. */
export function play(nights: Nights, { accepted = () => [], made, proved = (record) => record }: Made = {}) {
  const count = Math.max(...Object.values(nights).map((values) => values.length));
  let records = new Map<string, RegressionRecord>();
  return Array.from({ length: count }, (_, night) => {
    const history = seriesOf(nights, night, made);
    const manifest = {
      run: `r${night}`,
      startedAt: new Date(Date.UTC(2026, 0, 1 + night)).toISOString(),
      zerohop: { commit: commitOf(night), dirty: false },
      testbedId: { virtual: 't', wall: 'w' },
    };
    const found = nightFindings(history, netperf, manifest, floorsOf(history), accepted(night));
    const changed = advance([...records.values()], found.night).map(proved);
    records = new Map([...records, ...changed.map((record) => [record.id, record] as const)]);
    return { records: [...records.values()], changed, ofTestbed: found.ofTestbed };
  });
}

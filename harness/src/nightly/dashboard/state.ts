import { median } from 'simple-statistics';
import type { Matrix } from '../../experiment/experiment.ts';
import { originalOf } from '../../measure/control-cells.ts';
import { noiseFloor } from '../../measure/noise-floor.ts';
import { sizeText } from '../../report/format.ts';
import { type Accepted, sinceAccepted } from '../../store/accepted.ts';
import type { HistoryEntry, Series } from '../../store/history.ts';
import { floorsOf } from '../floors.ts';
import { regressions } from '../regressions.ts';
import type { Suspect } from '../suspects.ts';

/** The history of one experiment on one testbed. */
export interface TestbedHistory {
  experiment: string;
  testbedId: string;
  series: Series[];
}

/** A cell today, with its whole past. */
export interface CellState {
  /** The name of its page. */
  id: string;
  title: string;
  /** On the newest testbed, oldest first. */
  entries: readonly HistoryEntry[];
  /** On earlier testbeds. */
  earlier: readonly HistoryEntry[];
  /** Index in `entries` of the first night after the last accepted change. */
  since: number;
  level: number;
  /** Relative. */
  floor: number;
  suspects: readonly Suspect[];
}

/** The cells of an experiment on its newest testbed. A/A copies are left out: they show noise. */
export function cellStates(
  histories: readonly TestbedHistory[],
  accepted: readonly Accepted[],
  matrices: readonly Matrix[],
): CellState[] {
  const newest = newestOf(histories);
  if (newest === undefined) return [];
  const floors = floorsOf(newest.series);
  const found = regressions(newest.series, floors, accepted, matrices);
  const current = new Map(sinceAccepted(newest.series, accepted).map(({ name, entries }) => [name, entries]));
  return newest.series.flatMap(({ name, entries }) => {
    const [first] = entries;
    if (first === undefined || originalOf(first.variant) !== first.variant) return [];
    const recent = current.get(name) ?? entries;
    const suspects = found.filter(({ cell }) => cell === name);
    return [
      {
        id: name.replaceAll(/[^\w.=-]+/g, '-'),
        title: titleOf(first),
        entries,
        earlier: earlierOf(histories, newest, name),
        since: entries.length - recent.length,
        level: suspects[0]?.before ?? median(recent.slice(-nightsOfLevel).map((entry) => entry.median)),
        floor: floors.get(name) ?? noiseFloor(first.params.clock),
        suspects,
      },
    ];
  });
}

/** The nights that make a level. */
const nightsOfLevel = 30;

function newestOf<T extends TestbedHistory>(histories: readonly T[]): T | undefined {
  return histories.toSorted((a, b) => (lastNight(a) < lastNight(b) ? 1 : -1))[0];
}

export function lastNight({ series }: TestbedHistory): string {
  const nights = series.map(({ entries }) => entries.at(-1)?.at ?? '');
  return nights.sort().at(-1) ?? '';
}

function earlierOf(
  histories: readonly TestbedHistory[],
  newest: TestbedHistory,
  name: string,
): HistoryEntry[] {
  return histories
    .filter((history) => history !== newest)
    .flatMap(({ series }) => series.find((one) => one.name === name)?.entries ?? [])
    .sort((a, b) => (a.at < b.at ? -1 : 1));
}

/** "splice · netperf rr · loopback · 1 KB · rate". */
function titleOf({ variant, params, metric }: HistoryEntry): string {
  const { workload, topology, size, clock: _clock, idle: _idle, kernel: _kernel, ...factors } = params;
  const words = [workload, ...Object.values(factors)].join(' ');
  return [variant, words, topology, sizeText(size), metric].join(' · ');
}

import type { BootPlan } from '../experiment/boot-plan.ts';
import { paramsKey } from '../measure/params.ts';
import type { Summary } from '../measure/summary.ts';
import type { Params } from '../workload/sample.ts';
import type { JournalEvent } from './journal.ts';
import type { ByteRange } from './lines.ts';
import type { Manifest } from './manifest.ts';

type Of<K extends JournalEvent['event']> = Extract<JournalEvent, { event: K }>;

/** The remaining steps of a boot, with a new warm-up for each variant; null if none remain. */
export function remaining(plan: BootPlan, events: readonly JournalEvent[]): BootPlan | null {
  const steps = only(standing(events), 'step').filter(({ boot }) => boot === plan.name);
  const done = new Set(steps.map(({ order, cell }) => `${order} ${cell}`));
  const absent = new Set(only(events, 'unavailable').map(cellName));
  const missing = plan.steps.filter(
    (step) => !step.warmup && !done.has(`${step.order} ${cellName(step)}`) && !absent.has(cellName(step)),
  );
  const cold = new Set(missing.map(({ variant }) => variant));
  const left = plan.steps.filter((step) => (step.warmup ? cold.has(step.variant) : missing.includes(step)));
  return missing.length === 0 ? null : { ...plan, steps: left };
}

/** How many bytes of samples.jsonl are whole. */
export function samplesBytes(events: readonly JournalEvent[]): number {
  return only(events, 'step').at(-1)?.samplesBytes ?? 0;
}

/** The parts of samples.jsonl that count. Boots that run at the same time alternate in it. */
export function countedParts(events: readonly JournalEvent[]): ByteRange[] {
  const counted = new Set(only(standing(events), 'step'));
  const parts: ByteRange[] = [];
  let from = 0;
  for (const step of only(events, 'step')) {
    const last = parts.at(-1);
    if (counted.has(step) && last?.to === from) last.to = step.samplesBytes;
    else if (counted.has(step)) parts.push({ from, to: step.samplesBytes });
    from = step.samplesBytes;
  }
  return parts;
}

/** The events without those of a boot before it was discarded. */
function standing(events: readonly JournalEvent[]): JournalEvent[] {
  const ends = new Map<string, number>();
  for (const [place, event] of events.entries()) if (event.event === 'discarded') ends.set(event.boot, place);
  return events.filter((event, place) => !('boot' in event) || place >= (ends.get(event.boot) ?? 0));
}

/** The cells that this kernel or machine cannot run, once each. */
export function unavailableCells(events: readonly JournalEvent[]): Summary['unavailable'] {
  const byName = new Map(only(events, 'unavailable').map((event) => [cellName(event), event]));
  return [...byName.values()].map(({ variant, params, why }) => ({ variant, params, why }));
}

/** Cells that failed in the last session. A resumed run retries those of earlier sessions. */
export function failures(events: readonly JournalEvent[]): string[] {
  const last = events.findLastIndex(({ event }) => event === 'session');
  const failed = only(events.slice(last + 1), 'failed');
  return [...new Set(failed.map((event) => `${cellName(event)} failed in boot ${event.boot}: ${event.why}`))];
}

/** Everything in the journal that a reader of the results must know. */
export function warningsOf(events: readonly JournalEvent[]): string[] {
  const boots = only(standing(events), 'boot').map(({ boot }) => boot);
  const twice = [...new Set(boots)].filter((boot) => boots.indexOf(boot) !== boots.lastIndexOf(boot));
  return [
    ...failures(events),
    ...twice.map((boot) => `boot ${boot} was interrupted: its samples come from more than one boot`),
    ...only(events, 'discarded').map(({ boot, why }) => `boot ${boot} was measured again: ${why}`),
    ...new Set(only(events, 'warning').map(({ text }) => text)),
  ];
}

export function bootsOf(events: readonly JournalEvent[]): Manifest['boots'] {
  const stood = standing(events);
  return stood.flatMap((event, place) => {
    if (event.event !== 'boot') return [];
    const later = only(stood.slice(place), 'booted').find(({ boot }) => boot === event.boot);
    const { event: _, boot: name, at: startedAt, ...facts } = event;
    return [{ ...facts, name, startedAt, endedAt: later?.at ?? null, noise: later?.noise ?? {} }];
  });
}

/** The sum of all sessions, each from its first to its last event. */
export function elapsedMs(events: readonly JournalEvent[]): number {
  const gaps = events.map((event, place) => {
    const before = events[place - 1];
    return before === undefined || event.event === 'session'
      ? 0
      : Date.parse(event.at) - Date.parse(before.at);
  });
  return gaps.reduce((sum, gap) => sum + Math.max(0, gap), 0);
}

export function only<K extends JournalEvent['event']>(events: readonly JournalEvent[], kind: K): Of<K>[] {
  return events.filter((event): event is Of<K> => event.event === kind);
}

export const cellName = ({ variant, params }: { variant: string; params: Params }) =>
  `${variant} ${paramsKey(params)}`;

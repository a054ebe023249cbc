import { median } from 'simple-statistics';
import type { PartTime } from '../store/part-times.ts';

interface Declared {
  part: string;
  minutes: number;
}

/** A part with the minutes that it is expected to take here. */
export interface OrderedPart<P extends Declared> {
  part: P;
  minutes: number;
}

/** The runs whose median is the expectation. */
const recent = 5;

/** The parts of a night in their order: those without room in their last night first, then by value, which is the table's order. */
export function orderParts<P extends Declared>(
  parts: readonly P[],
  times: readonly PartTime[],
): OrderedPart<P>[] {
  const lacked = (name: string) => times.findLast(({ part }) => part === name)?.minutes === null;
  const ordered = parts.map((part) => ({ part, minutes: expected(part, times) }));
  return [
    ...ordered.filter(({ part }) => lacked(part.part)),
    ...ordered.filter(({ part }) => !lacked(part.part)),
  ];
}

/** The median of the last measured times, or else what the part declares. */
function expected({ part: name, minutes }: Declared, times: readonly PartTime[]): number {
  const own = times.flatMap((time) =>
    time.part === name && time.findings !== null ? (time.minutes ?? []) : [],
  );
  return own.length === 0 ? minutes : median(own.slice(-recent));
}

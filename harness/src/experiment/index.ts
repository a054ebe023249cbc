import { declaredIn } from '../host/declared.ts';
import type { Experiment } from './experiment.ts';

export type Experiments = Readonly<Record<string, Experiment>>;

/** The experiments that the files of this folder declare, by name, sorted by place and then by name. */
export async function experiments(): Promise<Experiments> {
  const declared = await declaredIn<Experiment>(import.meta.dirname);
  const placed = declared.toSorted((a, b) => placeOf(a) - placeOf(b));
  return Object.fromEntries(placed.map((experiment) => [experiment.name, experiment]));
}

const placeOf = ({ place }: Experiment) => place ?? Number.MAX_SAFE_INTEGER;

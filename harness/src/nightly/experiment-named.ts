import type { Experiment } from '../experiment/experiment.ts';
import { experiments } from '../experiment/index.ts';

/** An experiment that this version is known to have. */
export async function experimentNamed(name: string): Promise<Experiment> {
  const found = (await experiments())[name];
  if (found === undefined) throw new Error(`there is no experiment ${name}`);
  return found;
}

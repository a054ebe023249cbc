import type { Experiment } from './experiment.ts';
import { netperf } from './netperf.ts';

export const experiments: Readonly<Record<string, Experiment>> = { netperf };

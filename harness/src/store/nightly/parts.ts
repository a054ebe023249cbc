import type { Means } from '../conduct.ts';
import { baseline } from './baseline.ts';
import { reproducible } from './reproducible.ts';

/** Something too slow or too wide for `npm test`. It tells what it found on stdout, and returns what is wrong, a line each. */
export interface Part {
  about: string;
  run(means: Means): Promise<string[]>;
}

export const parts: Readonly<Record<string, Part>> = {
  baseline: {
    about: 'netperf on the virtual clock with A/A twins: history, change points, the noise floor',
    run: baseline,
  },
  reproducible: {
    about: 'the default kernel built twice in two places: the same bytes, BTF and all',
    run: reproducible,
  },
};

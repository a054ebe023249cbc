import { fabric } from '../checks/fabric/long.ts';
import { reproducible } from '../checks/kernel/reproducible.ts';
import { splice } from '../checks/splice/long.ts';
import { mutants } from '../checks/splice/mutants.ts';
import { sanitizers } from '../checks/splice/sanitizers.ts';
import type { Context } from '../host/context.ts';
import { baseline } from './baseline.ts';

/** Something too slow or too wide for `npm test`. It tells what it found on stdout, and returns what is wrong, a line each. */
export interface Part {
  about: string;
  run(context: Context): Promise<string[]>;
}

export const parts: Readonly<Record<string, Part>> = {
  baseline: {
    about: 'netperf on the virtual clock with A/A twins: history, change points, the noise floor',
    run: baseline,
  },
  fabric: {
    about: 'the litmus set for long on both fabrics, hundreds of faults, eight hosts, a fuzzed server',
    run: fabric,
  },
  reproducible: {
    about: 'the default kernel built twice in two places: the same bytes, BTF and all',
    run: reproducible,
  },
  mutants: {
    about: 'the splice with one line broken at a time: its behaviour suite must notice each',
    run: mutants,
  },
  sanitizers: {
    about: "the splice's behaviour suite on kernels with KASAN, lockdep, kmemleak, and with KCSAN",
    run: sanitizers,
  },
  splice: {
    about: 'a million random operations, 100,000 connections, and all real programs, over spliced sockets',
    run: splice,
  },
};

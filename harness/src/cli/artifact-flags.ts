import { profileFlag } from './experiment-flags.ts';
import { text } from './flag-types.ts';
import type { Flag } from './usage.ts';

export const artifactFlags = [
  profileFlag,
  {
    name: 'experiments',
    value: 'E1,E2',
    type: text.transform((names) => names.split(',')),
    example: 'netperf,cas',
    about: 'these experiments instead of all',
  },
  {
    name: 'runs',
    value: 'RUN',
    type: text,
    repeat: true,
    about: 'take this finished run; without --experiments, nothing is measured beside it',
  },
  {
    name: 'kick-the-tires',
    about: 'instead: the environment, one claim, its figure, and what the rest takes; a few minutes',
  },
  { name: 'output', value: 'DIR', type: text, about: 'make the artifact here (default results/artifact)' },
  {
    name: 'verify',
    value: 'DIR',
    type: text,
    about:
      'check sums, schemas and proofs, and make everything again from the samples; 1 if something differs',
  },
  {
    name: 'against',
    value: 'REFERENCE',
    type: text,
    about: 'with --verify: each claim beside that of another artifact or folder of runs',
  },
  {
    name: 'figures',
    value: 'DIR',
    type: text,
    about: 'make figures, tables and claims again from the samples; without network, QEMU or kernel',
  },
] as const satisfies readonly Flag[];

import { partNames } from '../nightly/parts.ts';
import { profileFlag } from './experiment-flags.ts';
import { choice, commitRange, duration, shard, text, whole } from './flag-types.ts';
import type { Flag } from './usage.ts';

export const nightlyFlags = [
  { name: 'part', value: 'NAME', type: choice(partNames), repeat: true, about: 'run only this part' },
  { ...profileFlag, about: 'how much the baselines measure' },
  {
    name: 'seed',
    value: 'N',
    type: whole(0),
    example: '2',
    about: 'draw the seeds of runs from this number instead of the date',
  },
  {
    name: 'budget',
    value: 'TIME',
    type: duration,
    example: '5h',
    about: 'leave out parts that find no room in this time; they come first in the next night',
  },
  {
    name: 'shard',
    value: 'i/n',
    type: shard,
    example: '1/2',
    about: 'run only this share of the parts; shares have about equal minutes',
  },
  {
    name: 'merge',
    value: 'DIR',
    type: text,
    repeat: true,
    about: 'add the history in this results folder, of a shard elsewhere, to ours, and draw the dashboard',
  },
  {
    name: 'backfill',
    value: 'A..B',
    type: commitRange,
    example: 'HEAD~9..HEAD',
    about: "measure these commits' kernels here, so that the history of a new testbed begins with them",
  },
  {
    name: 'steps',
    value: 'N',
    type: whole(1),
    example: '4',
    about: 'with --backfill: so many commits of the range',
  },
  { name: 'dashboard', about: 'run nothing, and draw results/dashboard/ from the history again' },
] as const satisfies readonly Flag[];

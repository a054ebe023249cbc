import type { Clock } from '../host/clock.ts';
import type { MatrixCell } from './matrix.ts';
import { type Profile, profiles } from './summary.ts';

/** The boots of an environment, and the samples of a cell in each. A run may grow from `boots` to `mostBoots`. */
export interface Replication {
  boots: number;
  mostBoots: number;
  samples: number;
}

interface ProfileRule {
  clocks: readonly Clock[];
  virtual: Replication;
  wall: Replication;
  /** Whether the wall clock runs only the headline sizes, with idle=poll. */
  wallHeadlines: boolean;
  /** Whether its figures may decide anything. */
  judges: boolean;
}

const once: Replication = { boots: 1, mostBoots: 1, samples: 1 };

export const profileRules: Readonly<Record<Profile, ProfileRule>> = {
  smoke: {
    clocks: ['virtual'],
    virtual: once,
    wall: once,
    wallHeadlines: true,
    judges: false,
  },
  quick: {
    clocks: ['virtual', 'wall'],
    virtual: { boots: 2, mostBoots: 2, samples: 1 },
    wall: { boots: 3, mostBoots: 3, samples: 3 },
    wallHeadlines: true,
    judges: true,
  },
  paper: {
    clocks: ['virtual', 'wall'],
    virtual: { boots: 5, mostBoots: 5, samples: 1 },
    wall: { boots: 5, mostBoots: 30, samples: 5 },
    wallHeadlines: false,
    judges: true,
  },
};

/** Whether a profile leaves a cell out. Each restriction can be lifted alone if `--only` names hidden cells. */
export const restrictions: readonly ((profile: Profile, cell: MatrixCell) => boolean)[] = [
  (profile, { params }) => profileRules[profile].clocks.includes(params.clock),
  (profile, { matrix, params }) =>
    !isNarrow(profile, params.clock) || matrix.headlineSizes.includes(params.size),
  (profile, { matrix, params }) =>
    !isNarrow(profile, params.clock) || params.idle === 'poll' || !matrix.idle.includes('poll'),
  (profile, { matrix }) => profiles.indexOf(matrix.from) <= profiles.indexOf(profile),
];

function isNarrow(profile: Profile, clock: Clock): boolean {
  return clock === 'wall' && profileRules[profile].wallHeadlines;
}

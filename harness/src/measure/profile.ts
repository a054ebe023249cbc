import type { Clock } from '../host/clock.ts';
import type { MatrixCell } from './matrix.ts';
import { type Profile, profiles } from './summary.ts';

/** Boots of an environment and samples of a cell in each; a run grows by whole boots from `boots` to `mostBoots`. */
export interface Replication {
  boots: number;
  mostBoots: number;
  samples: number;
}

interface ProfileRule {
  clocks: readonly Clock[];
  virtual: Replication;
  wall: Replication;
  /** Whether the wall clock is given the headline sizes under idle=poll alone. */
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

/** What a profile leaves out; each can be lifted by itself for a reader who names what it hides. */
export const restrictions: readonly ((profile: Profile, cell: MatrixCell) => boolean)[] = [
  (profile, { params }) => profileRules[profile].clocks.includes(params.clock),
  (profile, { matrix, params }) =>
    !isNarrow(profile, params.clock) || matrix.headlineSizes.includes(params.size),
  (profile, { params }) => !isNarrow(profile, params.clock) || params.idle === 'poll',
  (profile, { matrix }) => profiles.indexOf(matrix.from) <= profiles.indexOf(profile),
];

function isNarrow(profile: Profile, clock: Clock): boolean {
  return clock === 'wall' && profileRules[profile].wallHeadlines;
}

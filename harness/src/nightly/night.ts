import type { Profile } from '../measure/summary.ts';

/** One night's circumstances. */
export interface Night {
  date: Date;
  /** Drawn from the date unless somebody gave one. */
  seed: number;
  profile: Profile;
  /** Minutes until the budget is spent; infinite without one. */
  minutesLeft(): number;
}

export interface NightWishes {
  seed?: number | undefined;
  profile?: Profile | undefined;
  budgetMinutes?: number | undefined;
}

export function nightOf(
  date: Date,
  { seed = seedOf(date), profile = 'quick', budgetMinutes = Number.POSITIVE_INFINITY }: NightWishes = {},
  nowMs: () => number = Date.now,
): Night {
  const endMs = nowMs() + budgetMinutes * 60_000;
  return { date, seed, profile, minutesLeft: () => (endMs - nowMs()) / 60_000 };
}

/** 20260131 for the last of January: each night has other seeds, and everybody gets the same. */
const seedOf = (date: Date) => Number(date.toISOString().slice(0, 10).replaceAll('-', ''));

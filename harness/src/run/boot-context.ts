import type { Progress } from '../host/progress.ts';
import type { Profile } from '../measure/summary.ts';
import type { Pace } from './eta.ts';

export interface BootMeans {
  progress: Progress;
  signal: AbortSignal;
  pace: Pace;
  profile: Profile;
  force: boolean;
}

import type { Context } from '../host/context.ts';
import type { Profile } from '../measure/summary.ts';
import type { Eta } from './eta.ts';

export interface BootContext extends Context {
  eta: Eta;
  profile: Profile;
  force: boolean;
}

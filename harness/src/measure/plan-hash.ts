import { hashOf } from '../host/cache.ts';
import type { PlanRequest } from './plan-request.ts';

/** The code that a plan measures: its figures depend on this and on the request. */
export interface CodeUnderTest {
  commit: string;
  /** The ids of the kernel bundles, in the order of `kernels`. */
  bundles: readonly (string | null)[];
}

/**
 * Parts of one plan have equal hashes, and only these are merged. The number of boots does not count, so that a further
 * round of boots belongs to the plan of the rounds before it.
 */
export function planHash(
  { matrices, profile, clock, only, kernels, seed, twins = [] }: PlanRequest,
  { commit, bundles }: CodeUnderTest,
): string {
  const request = { matrices, profile, clock, only, kernels, seed, twins };
  return hashOf({ request, commit, bundles }).slice(0, 16);
}

import { z } from 'zod';
import { claimResultSchema } from '../measure/summary.ts';

/** A claim of an artifact: what was published, what was measured, by which rule, and how to get it again. */
export const artifactClaimSchema = claimResultSchema.extend({
  /** Where the figure was published. */
  source: z.string(),
  /** How this kind of claim is judged, in words. */
  rule: z.string(),
  /** The experiment that decides it; null if this version has none. */
  experiment: z.string().nullable(),
  /** The command that measures its cells alone. */
  command: z.string().nullable(),
  /** The figure that shows it, from the artifact's folder. */
  figure: z.string().nullable(),
});
export type ArtifactClaim = z.infer<typeof artifactClaimSchema>;

/** claims.json: every published claim and every bar, also those that were not measured. */
export const artifactClaimsSchema = z.strictObject({ claims: z.array(artifactClaimSchema) });

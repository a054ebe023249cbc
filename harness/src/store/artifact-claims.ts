import { z } from 'zod';
import { claimResultSchema } from '../measure/summary.ts';

/** A claim of an artifact: what was published, what was measured, by which rule, and how to get it again. */
export const artifactClaimSchema = claimResultSchema.extend({
  source: z.string().describe('Where the figure was published'),
  rule: z.string().describe('How this kind of claim is judged, in words'),
  experiment: z.string().nullable().describe('The experiment that decides it; null if this version has none'),
  command: z.string().nullable().describe('The command that measures its cells alone'),
  figure: z.string().nullable().describe("The figure that shows it, from the artifact's folder"),
});
export type ArtifactClaim = z.infer<typeof artifactClaimSchema>;

/** claims.json: every published claim and every bar, also those that were not measured. */
export const artifactClaimsSchema = z.strictObject({
  claims: z
    .array(artifactClaimSchema)
    .describe('Every published claim and every bar, also those that were not measured'),
});

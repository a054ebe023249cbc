import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type Claim, claimKinds } from '../experiment/claim.ts';
import { clocks } from '../host/clock.ts';
import { metricNames } from '../workload/metric.ts';
import { paramsSchema } from '../workload/sample.ts';

const metric = z.enum(metricNames);

/** A claim as results/published.json has it. What decides it is one ratio or one metric of cells, at `where`. */
export const publishedClaimSchema = z
  .strictObject({
    id: z.string(),
    /** Several where each of them measures it. */
    experiment: z.union([z.string(), z.array(z.string()).min(2)]),
    statement: z.string(),
    kind: z.enum(claimKinds),
    clock: z.enum(clocks),
    published: z.number(),
    source: z.string(),
    /** More is better: a latency's ratio is written baseline over candidate. */
    ratio: z.strictObject({ numerator: z.string(), denominator: z.string(), metric }).optional(),
    /** Without a variant: those of every variant, judged by the worst. */
    cell: z.strictObject({ variant: z.string().optional(), metric }).optional(),
    where: paramsSchema.partial(),
    /** What a reader should know of the figure, or of how it is read here. */
    note: z.string().optional(),
  })
  .refine(({ ratio, cell }) => (ratio === undefined) !== (cell === undefined), {
    message: 'a claim names either a ratio or a cell',
  });
export type PublishedClaim = z.infer<typeof publishedClaimSchema> & Claim;

export const publishedSchema = z.strictObject({ claims: z.array(publishedClaimSchema) });

const file = new URL('../../../results/published.json', import.meta.url);

/** The published claims that an experiment decides, in the file's order. */
export async function claimsOf(experiment: string): Promise<PublishedClaim[]> {
  const { claims } = publishedSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  return claims.filter((claim) => [claim.experiment].flat().includes(experiment)) as PublishedClaim[];
}

import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type Claim, claimKinds } from '../experiment/claim.ts';
import { clocks } from '../host/clock.ts';
import { metricNames } from '../workload/metric.ts';
import { paramsSchema } from '../workload/sample.ts';

const metric = z.enum(metricNames);

/** A claim of results/published.json. It is decided by one ratio, or by one metric of cells, at `where`. */
export const publishedClaimSchema = z
  .strictObject({
    id: z.string(),
    /** A list if several experiments measure it. */
    experiment: z.union([z.string(), z.array(z.string()).min(2)]),
    statement: z.string(),
    kind: z.enum(claimKinds),
    clock: z.enum(clocks),
    published: z.number(),
    source: z.string(),
    /** Higher is better: a latency's ratio is baseline over candidate. */
    ratio: z.strictObject({ numerator: z.string(), denominator: z.string(), metric }).optional(),
    /** If `variant` is absent, the cells of all variants; the worst one decides. */
    cell: z.strictObject({ variant: z.string().optional(), metric }).optional(),
    where: paramsSchema.partial(),
    /** A remark on the figure, or on its interpretation here. */
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
  return (await publishedClaims()).filter((claim) => [claim.experiment].flat().includes(experiment));
}

/** All claims and bars, in the file's order. */
export async function publishedClaims(): Promise<PublishedClaim[]> {
  return publishedSchema.parse(JSON.parse(await readFile(file, 'utf8'))).claims as PublishedClaim[];
}

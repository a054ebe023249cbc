import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type Claim, claimKinds } from '../experiment/claim.ts';
import { clocks } from '../host/clock.ts';
import { metricNames } from '../workload/metric.ts';
import { paramsSchema } from '../workload/sample.ts';

const metric = z.enum(metricNames).describe('The metric that decides it');

/** A claim of results/published.json. It is decided by one ratio, or by one metric of cells, at `where`. */
export const publishedClaimSchema = z
  .strictObject({
    id: z.string().describe('The name of the claim'),
    experiment: z
      .union([z.string(), z.array(z.string()).min(2)])
      .describe('The experiment that measures it, or several'),
    statement: z.string().describe('The claim in words'),
    kind: z.enum(claimKinds).describe('The rule that judges it; bar: a target of this project'),
    clock: z.enum(clocks).describe('The clock that decides it'),
    published: z.number().describe('The published figure'),
    source: z.string().describe('Where the figure was published'),
    ratio: z
      .strictObject({
        numerator: z.string().describe('The variant above'),
        denominator: z.string().describe('The variant below'),
        metric,
      })
      .optional()
      .describe('The ratio that decides it; higher is better: a latency is divided the other way round'),
    cell: z
      .strictObject({
        variant: z
          .string()
          .optional()
          .describe('Their variant; if absent, the worst cell of all variants decides'),
        metric,
      })
      .optional()
      .describe('The cells that decide it'),
    where: paramsSchema.partial().describe('The factors of the deciding cells'),
    note: z.string().optional().describe('A remark on the figure, or on its interpretation here'),
  })
  .refine(({ ratio, cell }) => (ratio === undefined) !== (cell === undefined), {
    message: 'a claim names either a ratio or a cell',
  });
export type PublishedClaim = z.infer<typeof publishedClaimSchema> & Claim;

export const publishedSchema = z.strictObject({
  claims: z.array(publishedClaimSchema).describe('All claims and bars'),
});

const file = new URL('../../../results/published.json', import.meta.url);

/** The published claims that an experiment decides, in the file's order. */
export async function claimsOf(experiment: string): Promise<PublishedClaim[]> {
  return (await publishedClaims()).filter((claim) => [claim.experiment].flat().includes(experiment));
}

/** All claims and bars, in the file's order. */
export async function publishedClaims(): Promise<PublishedClaim[]> {
  return publishedSchema.parse(JSON.parse(await readFile(file, 'utf8'))).claims as PublishedClaim[];
}

import { z } from 'zod';
import { claimKinds } from '../experiment/claim.ts';
import { metricNames } from '../workload/metric.ts';
import { paramsSchema, proofSchema } from '../workload/sample.ts';
import { comparisons } from './compare.ts';

export const profiles = ['smoke', 'quick', 'paper'] as const;
export type Profile = (typeof profiles)[number];

export const verdicts = ['reproduced', 'exceeded', 'not reproduced', 'inconclusive', 'not measured'] as const;
export type Verdict = (typeof verdicts)[number];

const bounds = {
  value: z.number().describe('The middle figure'),
  lo: z.number().describe('The lower end of the interval'),
  hi: z.number().describe('The upper end of the interval'),
};

/** One variant at one point of the matrix. `basis: serialised` marks virtual cells that explain but do not decide. */
export const cellSchema = z.strictObject({
  variant: z.string().describe('What the workload ran over'),
  params: paramsSchema.describe('The factors of the cell'),
  metric: z.enum(metricNames).describe('What was measured'),
  unit: z.string().describe('The unit of the figures'),
  better: z.enum(['higher', 'lower']).describe('The direction that is better'),
  boots: z.number().int().positive().describe('Boots that have the cell'),
  samples: z.number().int().positive().describe('Samples of all boots'),
  median: z.number().describe('The median of the boots'),
  mean: z.number().describe('The mean of the boots'),
  min: z.number().describe('The smallest sample'),
  max: z.number().describe('The largest sample'),
  lo: z.number().describe('The lower end of the interval'),
  hi: z.number().describe('The upper end of the interval'),
  interval: z
    .enum(['t', 'range'])
    .describe('t: a 95 % interval over boots; range: the least and the most of the boots'),
  precise: z.boolean().describe('Whether the half-width is at most 2.5 %'),
  basis: z
    .literal('serialised')
    .optional()
    .describe('serialised: a cell of the virtual clock that explains, but does not decide'),
  outliers: z
    .number()
    .int()
    .nonnegative()
    .optional()
    .describe('Samples outside the Tukey fences; they count all the same'),
});
export type Cell = z.infer<typeof cellSchema>;

/**
 * Numerator over denominator of one metric, paired by boot. Two variants are compared at one point; two kernels
 * are compared for one variant, which is then in the params, with the numerator's kernel.
 */
export const ratioSchema = z.strictObject({
  id: z.string().describe('Numerator, denominator, metric and point, as one name'),
  numerator: z.string().describe('The variant or kernel above'),
  denominator: z.string().describe('The variant or kernel below'),
  params: paramsSchema.describe('The factors of both'),
  metric: z.enum(metricNames).describe('What is compared'),
  ...bounds,
  interval: z
    .enum(['t', 'range'])
    .optional()
    .describe('t: a 95 % interval of the log ratio; range: the least and the most of the boots'),
  boots: z.number().int().positive().optional().describe('Boots that have both sides'),
  comparison: z
    .enum(comparisons)
    .optional()
    .describe('The comparison with the practical margin; absent if the profile decides nothing'),
  basis: z.literal('serialised').optional().describe('serialised: it explains, but does not decide'),
  bootstrap: z
    .strictObject({
      lo: z.number().describe('The lower end of the interval'),
      hi: z.number().describe('The upper end of the interval'),
    })
    .optional()
    .describe('A second interval, from ten boots on'),
});
export type Ratio = z.infer<typeof ratioSchema>;

export const claimResultSchema = z.strictObject({
  id: z.string().describe('The name of the claim in results/published.json'),
  statement: z.string().describe('The claim in words'),
  kind: z.enum(claimKinds).describe('The rule that judges it; bar: a target of this project'),
  clock: z.enum(['virtual', 'wall']).describe('The clock that decides it'),
  published: z.number().describe('The published figure'),
  measured: z
    .strictObject(bounds)
    .nullable()
    .describe('The figure that decides it; null if it was not measured'),
  verdict: z.enum(verdicts).describe('What the rule says'),
  why: z.string().describe('The reason for the verdict'),
});
export type ClaimResult = z.infer<typeof claimResultSchema>;

/** The contract that outside scripts read: results/latest/EXPERIMENT/summary.json. */
export const summarySchema = z.strictObject({
  experiment: z.string().describe('The experiment that was run'),
  profile: z.enum(profiles).describe('How much was measured'),
  cells: z.array(cellSchema).describe('A variant at a point of the matrix, for one metric'),
  ratios: z.array(ratioSchema).describe('Quotients of two cells, paired by boot'),
  claims: z.array(claimResultSchema).describe('Published claims and bars of this project, with verdicts'),
  proofs: z
    .array(
      proofSchema.extend({
        variant: z.string().describe('What the workload ran over'),
        params: paramsSchema.describe('The factors of the cell'),
      }),
    )
    .describe('Evidence for each cell that its mechanism ran'),
  unavailable: z
    .array(
      z.strictObject({
        variant: z.string().describe('What the workload would run over'),
        params: paramsSchema.partial().describe('The factors of the cells'),
        why: z.string().describe('The reason'),
      }),
    )
    .describe('Cells that this kernel or machine cannot run'),
  warnings: z.array(z.string()).describe('What a reader of the figures must know'),
});
export type Summary = z.infer<typeof summarySchema>;

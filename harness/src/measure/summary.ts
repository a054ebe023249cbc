import { z } from 'zod';
import { claimKinds } from '../experiment/claim.ts';
import { metricNames } from '../workload/metric.ts';
import { paramsSchema, proofSchema } from '../workload/sample.ts';
import { comparisons } from './compare.ts';

export const profiles = ['smoke', 'quick', 'paper'] as const;
export type Profile = (typeof profiles)[number];

export const verdicts = ['reproduced', 'exceeded', 'not reproduced', 'inconclusive', 'not measured'] as const;
export type Verdict = (typeof verdicts)[number];

const bounds = { value: z.number(), lo: z.number(), hi: z.number() };

/** One variant at one point of the matrix. `basis: serialised` marks virtual cells that explain but do not decide. */
export const cellSchema = z.strictObject({
  variant: z.string(),
  params: paramsSchema,
  metric: z.enum(metricNames),
  unit: z.string(),
  better: z.enum(['higher', 'lower']),
  boots: z.number().int().positive(),
  samples: z.number().int().positive(),
  median: z.number(),
  mean: z.number(),
  min: z.number(),
  max: z.number(),
  lo: z.number(),
  hi: z.number(),
  interval: z.enum(['t', 'range']),
  precise: z.boolean(),
  basis: z.literal('serialised').optional(),
  outliers: z.number().int().nonnegative().optional(),
});
export type Cell = z.infer<typeof cellSchema>;

/**
 * Numerator over denominator of one metric, paired by boot. Two variants are compared at one point; two kernels
 * are compared for one variant, which is then in the params, with the numerator's kernel.
 */
export const ratioSchema = z.strictObject({
  id: z.string(),
  numerator: z.string(),
  denominator: z.string(),
  params: paramsSchema,
  metric: z.enum(metricNames),
  ...bounds,
  interval: z.enum(['t', 'range']).optional(),
  boots: z.number().int().positive().optional(),
  /** The comparison with the practical margin; absent if the profile decides nothing. */
  comparison: z.enum(comparisons).optional(),
  basis: z.literal('serialised').optional(),
  /** In addition to the t interval, from ten boots on. */
  bootstrap: z.strictObject({ lo: z.number(), hi: z.number() }).optional(),
});
export type Ratio = z.infer<typeof ratioSchema>;

export const claimResultSchema = z.strictObject({
  id: z.string(),
  statement: z.string(),
  kind: z.enum(claimKinds),
  clock: z.enum(['virtual', 'wall']),
  published: z.number(),
  measured: z.strictObject(bounds).nullable(),
  verdict: z.enum(verdicts),
  why: z.string(),
});
export type ClaimResult = z.infer<typeof claimResultSchema>;

/** The contract that outside scripts read: results/latest/EXPERIMENT/summary.json. */
export const summarySchema = z.strictObject({
  experiment: z.string(),
  profile: z.enum(profiles),
  cells: z.array(cellSchema),
  ratios: z.array(ratioSchema),
  claims: z.array(claimResultSchema),
  proofs: z.array(proofSchema.extend({ variant: z.string(), params: paramsSchema })),
  unavailable: z.array(
    z.strictObject({ variant: z.string(), params: paramsSchema.partial(), why: z.string() }),
  ),
  warnings: z.array(z.string()),
});
export type Summary = z.infer<typeof summarySchema>;

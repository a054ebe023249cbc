import { z } from 'zod';
import { publishedSchema } from '../measure/published.ts';
import { summarySchema } from '../measure/summary.ts';
import { sampleSchema } from '../workload/sample.ts';
import { acceptedSchema } from './accepted.ts';
import { artifactClaimsSchema } from './artifact-claims.ts';
import { explainRowSchema } from './explain-rows.ts';
import { historySchema } from './history.ts';
import { eventSchema } from './journal.ts';
import { manifestSchema } from './manifest.ts';
import { partTimeSchema } from './part-times.ts';
import { planSchema } from './plan.ts';
import { regressionSchema } from './regressions.ts';

/** The schema of every file of a run and of the history, and of a printed plan; for JSON lines, of one line. */
const schemas = {
  manifest: manifestSchema,
  sample: sampleSchema,
  journal: eventSchema,
  summary: summarySchema,
  published: publishedSchema,
  history: historySchema,
  accepted: acceptedSchema,
  explain: explainRowSchema,
  claims: artifactClaimsSchema,
  plan: planSchema,
  regression: regressionSchema,
  'part-time': partTimeSchema,
} as const;

/** The text of each results/schemas/NAME.json, by name. */
export function jsonSchemas(): Map<string, string> {
  return new Map(
    Object.entries(schemas).map(([name, schema]) => [
      `${name}.json`,
      `${JSON.stringify(z.toJSONSchema(schema), null, 2)}\n`,
    ]),
  );
}

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

/**
 * The schema of every file of a run, of the history and of an artifact, and of a printed plan; for JSON lines, of one
 * line. A version grows when files of the version before are no longer valid.
 */
const schemas = {
  manifest: { version: 1, of: 'manifest.json: what rebuilds a run', schema: manifestSchema },
  sample: { version: 1, of: 'A line of samples.jsonl: one figure', schema: sampleSchema },
  journal: { version: 1, of: 'A line of journal.jsonl: what happened in a run', schema: eventSchema },
  summary: { version: 1, of: 'summary.json: cells, ratios and verdicts of a run', schema: summarySchema },
  published: { version: 1, of: 'results/published.json: claims and bars', schema: publishedSchema },
  history: { version: 1, of: 'A line of a series: one night of one cell', schema: historySchema },
  accepted: { version: 1, of: 'results/accepted.json: accepted changes of level', schema: acceptedSchema },
  explain: { version: 1, of: 'A line of explain.jsonl: the cost of a symbol', schema: explainRowSchema },
  claims: { version: 1, of: 'claims.json of an artifact: every claim', schema: artifactClaimsSchema },
  plan: { version: 1, of: 'What --dry-run --json prints', schema: planSchema },
  regression: { version: 1, of: 'A line of regressions.jsonl: a state', schema: regressionSchema },
  'part-time': { version: 1, of: 'A line of parts.jsonl: a part of a night', schema: partTimeSchema },
} as const;

/** The text of each results/schemas/NAME.json, by name. */
export function jsonSchemas(): Map<string, string> {
  return new Map(
    Object.entries(schemas).map(([name, { version, of, schema }]) => {
      const { $schema, ...rest } = z.toJSONSchema(schema);
      const head = { $schema, $id: `urn:zerohop:${name}:${version}`, version, title: of };
      return [`${name}.json`, `${JSON.stringify({ ...head, ...rest }, null, 2)}\n`];
    }),
  );
}

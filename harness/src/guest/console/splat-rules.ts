import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

export const splatKinds = [
  ...['BUG', 'WARN', 'oops', 'panic', 'lockdep', 'KASAN', 'KCSAN', 'KFENCE', 'KMSAN', 'UBSAN', 'hung-task'],
  ...['RCU-stall', 'soft-lockup', 'hard-lockup', 'workqueue-lockup', 'refcount', 'kmemleak'],
] as const;
export type SplatKind = (typeof splatKinds)[number];

const regex = z.string().transform((source) => new RegExp(source));

/** How one kind of complaint begins and ends on the console. The first pattern that a line matches decides. */
const patternSchema = z.strictObject({
  kind: z.enum(splatKinds),
  match: regex,
  /** The last line. */
  end: regex.default(/^---\[ end /),
  oneLine: z.boolean().default(false),
  /** A matching line continues an open complaint of these kinds. It begins a new one only if none is open. */
  follows: z.array(z.enum(splatKinds)).default([]),
  /** Caused by an earlier complaint, and part of it. */
  consequence: z.boolean().default(false),
  /** Lines of every caller belong to it, because other CPUs add their stacks. */
  anyCaller: z.boolean().default(false),
});
export type SplatPattern = z.infer<typeof patternSchema>;

const rulesSchema = z.strictObject({
  patterns: z.array(patternSchema),
  /** Functions that report a bug, or lead to the report: the innermost end of a stack. They do not show the cause. */
  machinery: z.array(regex),
  /** Complaints, by title or fingerprint, that fail no run. */
  allowed: z.array(z.strictObject({ match: regex, reason: z.string().min(1) })),
});
export type SplatRules = z.infer<typeof rulesSchema>;

export function splatRules(): SplatRules {
  rules ??= rulesSchema.parse(JSON.parse(readFileSync(join(import.meta.dirname, 'splats.json'), 'utf8')));
  return rules;
}

let rules: SplatRules | undefined;

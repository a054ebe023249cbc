import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Summary, summarySchema } from '../measure/summary.ts';
import { type Sample, sampleSchema } from '../workload/sample.ts';
import { countedParts } from './events.ts';
import { eventSchema } from './journal.ts';
import { readLines } from './lines.ts';
import { type Manifest, manifestSchema } from './manifest.ts';
import { readJson } from './run-folder.ts';

export function readManifest(dir: string): Promise<Manifest> {
  return readJson(join(dir, 'manifest.json'), manifestSchema);
}

export function readSummary(dir: string): Promise<Summary> {
  return readJson(join(dir, 'summary.json'), summarySchema);
}

/** The samples that count. A committed reference run has no journal, and all of its samples count. */
export async function readSamples(dir: string): Promise<Sample[]> {
  if (!existsSync(join(dir, 'journal.jsonl'))) return readLines(join(dir, 'samples.jsonl'), sampleSchema);
  const events = await readLines(join(dir, 'journal.jsonl'), eventSchema);
  return readLines(join(dir, 'samples.jsonl'), sampleSchema, countedParts(events));
}

import type { Experiment } from '../experiment/experiment.ts';
import type { PublishedClaim } from '../measure/published.ts';
import type { Summary } from '../measure/summary.ts';
import { factsOf } from '../report/facts.ts';
import { writeReport } from '../report/write.ts';
import { readExplained } from '../store/explain-rows.ts';
import type { Manifest } from '../store/manifest.ts';

/** Writes a run's figures, tables and report into its folder. */
export async function reportRun(
  { dir, manifest }: { dir: string; manifest: Manifest },
  summary: Summary,
  { plots, answer }: Pick<Experiment, 'plots' | 'answer'>,
  claims: readonly PublishedClaim[],
): Promise<void> {
  const explain = await readExplained(dir);
  await writeReport(dir, { summary, facts: factsOf(manifest), plots, answer, claims, explain });
}

import { experiments } from '../experiment/index.ts';
import { claimsOf } from '../measure/published.ts';
import type { Summary } from '../measure/summary.ts';
import { readExplained } from '../store/explain-rows.ts';
import { readManifest } from '../store/read-run.ts';
import { factsOf } from './facts.ts';
import { plainPlots } from './plain-plots.ts';
import { writeReport } from './write.ts';

/** Draws a finished run from its files into a folder, and returns the paths. */
export async function drawRun(dir: string, summary: Summary, output: string): Promise<string[]> {
  const experiment = (await experiments())[summary.experiment];
  return writeReport(output, {
    summary,
    facts: factsOf(await readManifest(dir)),
    plots: experiment?.plots ?? plainPlots(summary),
    answer: experiment?.answer,
    claims: await claimsOf(summary.experiment),
    explain: await readExplained(dir),
  });
}

import { existsSync } from 'node:fs';
import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unique } from '../../measure/group.ts';
import { planBoots } from '../../measure/plan.ts';
import { claimsOf } from '../../measure/published.ts';
import { summarise } from '../../measure/summarise.ts';
import { type Summary, summarySchema } from '../../measure/summary.ts';
import { experimentOf } from '../../store/again.ts';
import { failures, unavailableCells, warningsOf } from '../../store/events.ts';
import { type Manifest, manifestSchema } from '../../store/manifest.ts';
import { readSamples } from '../../store/read-run.ts';
import type { Findings } from '../../store/run.ts';
import { pointLatest, resultsDir, writeChecked } from '../../store/run-folder.ts';
import { reportRun } from '../report.ts';
import { demandOneMachine, demandOnePlan } from './demands.ts';
import { mergedManifest } from './manifest.ts';
import { demandComplete, nextRound, type Round, requestOfAll } from './rounds.ts';
import { readShards, type Shard } from './shards.ts';

export interface MergeOutcome {
  /** The merged run's folder. */
  dir: string;
  summary: Summary;
  /** Cells that failed, a line each. */
  failures: string[];
  /** The round that the stop rule asks for. */
  next: Round | null;
}

/** Makes one run of the shards of a plan, the same bytes whatever the order of their folders. */
export async function mergeShards(
  dirs: readonly string[],
  name: string,
  results = resultsDir(),
): Promise<MergeOutcome> {
  const shards = await readShards(dirs, name);
  demandOnePlan(shards);
  const [first] = shards as [Shard];
  const experiment = await experimentOf(first.manifest);
  const request = requestOfAll(shards);
  const boots = planBoots({ ...request, matrices: experiment.matrices });
  demandOneMachine(shards, boots);
  demandComplete(shards, boots, experiment);
  const { failures: failed, ...found } = await findingsOf(shards);
  const claims = await claimsOf(name);
  const { profile, kernels } = request;
  const summary = summarise({ experiment, profile, kernels, claims, ...found });
  const manifest = mergedManifest(shards, boots);
  const dir = join(results, 'runs', manifest.run);
  const fresh = `${dir}.new`;
  try {
    await fill(fresh, shards, manifest, found.samples);
    await writeChecked(join(fresh, 'summary.json'), summarySchema, summary);
    await reportRun({ dir: fresh, manifest }, summary, experiment, claims);
    await rm(dir, { recursive: true, force: true });
    await rename(fresh, dir);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  await pointLatest(results, name, dir);
  return {
    dir,
    summary,
    failures: failed,
    next: nextRound(shards, boots, experiment, summary.ratios, claims),
  };
}

async function findingsOf(shards: readonly Shard[]): Promise<Findings> {
  const samples = (await Promise.all(shards.map(({ dir }) => readSamples(dir)))).flat();
  return {
    samples,
    unavailable: unavailableCells(shards.flatMap(({ events }) => events)),
    warnings: unique(shards.flatMap(({ events }) => warningsOf(events))),
    failures: unique(shards.flatMap(({ events }) => failures(events))),
  };
}

/** Samples, logs and raw output are joined, because no boot is in two shards; each journal and manifest stays whole. */
async function fill(
  into: string,
  shards: readonly Shard[],
  manifest: Manifest,
  samples: Findings['samples'],
): Promise<void> {
  await rm(into, { recursive: true, force: true });
  for (const { dir, manifest: own } of shards) {
    const kept = join(into, 'shards', own.run);
    await mkdir(kept, { recursive: true });
    for (const file of ['manifest.json', 'journal.jsonl']) await cp(join(dir, file), join(kept, file));
    for (const folder of ['logs', 'raw'])
      if (existsSync(join(dir, folder))) await cp(join(dir, folder), join(into, folder), { recursive: true });
  }
  await writeFile(
    join(into, 'samples.jsonl'),
    samples.map((sample) => `${JSON.stringify(sample)}\n`).join(''),
  );
  await writeChecked(join(into, 'manifest.json'), manifestSchema, manifest);
}

import { commandExperiment } from '../experiment/command.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { experiments } from '../experiment/index.ts';
import { Failure } from '../host/failure.ts';
import { claimsOf } from '../measure/published.ts';
import { summarise } from '../measure/summarise.ts';
import { type Summary, summarySchema } from '../measure/summary.ts';
import type { SocketName } from '../workload/variant/sockets.ts';
import type { Manifest } from './manifest.ts';
import { readManifest, readSamples, readSummary } from './read-run.ts';

/**
 * The summary of a finished run, made again from its samples by today's rules. The samples do not have what could not
 * be measured, nor the journal's warnings: these are taken from the old summary.
 */
export async function summariseAgain(dir: string): Promise<Summary> {
  const manifest = await readManifest(dir);
  const { unavailable, warnings } = await readSummary(dir);
  const { profile, kernels } = manifest.request;
  const claims = await claimsOf(manifest.experiment);
  const samples = await readSamples(dir);
  const experiment = await experimentOf(manifest);
  const made = summarise({ experiment, profile, kernels, claims, samples, unavailable, warnings: [] });
  const recorded = warnings.filter((text) => !made.warnings.includes(text));
  return summarySchema.parse({ ...made, warnings: [...recorded, ...made.warnings] });
}

/** The experiment of a run. */
export async function experimentOf({ experiment: name, request: { words } }: Manifest): Promise<Experiment> {
  const found = (await experiments())[name];
  if (found !== undefined) return found;
  if (words === undefined) throw new Failure('usage', `this version has no experiment ${name}`);
  const [run, parse, serve] = [words['run'], words['parse'], words['serve']].map((given) => `${given?.[0]}`);
  const variants = (words['variant'] ?? []) as SocketName[];
  return commandExperiment({ run: run ?? '', parse: parse ?? '', serve: serve ?? '', variants });
}

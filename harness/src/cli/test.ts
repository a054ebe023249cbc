import { buildQemu } from '../fabric/qemu-build.ts';
import { layerNames } from '../guest/root/layer.ts';
import { buildRoot } from '../guest/root/root.ts';
import { exitCodes, Failure } from '../host/failure.ts';
import { ensurePackages } from '../host/install.ts';
import { purposes } from '../host/requirements.ts';
import { resolveKernel } from '../kernel/resolve.ts';
import { parseArguments } from './arguments.ts';
import type { CommandContext } from './main.ts';
import { outcomeLine } from './outcome.ts';
import { drawProgress } from './progress.ts';
import { type FileTime, slowest } from './slowest.ts';
import {
  type Check,
  checks,
  type Project,
  type ProjectRun,
  projects,
  runCheck,
  runProject,
  type SuiteOptions,
} from './suites.ts';
import { addTallies, type Tally } from './test-tally.ts';

/** Runs all suites, or those named, or the test files whose paths contain a name. */
export async function test(argv: string[], { signal }: CommandContext): Promise<number> {
  const { operands: names, flags } = parseArguments('test', argv);
  const coverage = flags.coverage === true;
  const suites = names.filter(isSuite);
  const files = names.filter((name) => !isSuite(name));
  await ensurePackages(purposes, signal);
  const chosen = (suite: string) => names.length === 0 || suites.some((name) => name === suite);
  const tallies: Tally[] = [];
  const times: FileTime[] = [];
  for (const name of (Object.keys(checks) as Check[]).filter(chosen))
    tallies.push(await runCheck(name, signal));
  for (const name of projects.filter((project) => chosen(project) || files.length > 0)) {
    signal.throwIfAborted();
    const run = await runOf(name, chosen(name) ? [] : files, { signal, coverage });
    tallies.push(run.tally);
    times.push(...run.times);
  }
  process.stdout.write(slowest(times));
  return conclude(tallies, names);
}

function isSuite(name: string): boolean {
  return name in checks || projects.some((project) => project === name);
}

/** Runs a project. If its preparation fails, the project has failed, and the next ones still run. */
async function runOf(project: Project, files: string[], options: SuiteOptions): Promise<ProjectRun> {
  const { signal } = options;
  const before = () => (project === 'unit' ? Promise.resolve() : prepareGuests(project, signal));
  try {
    return await runProject(project, files, { ...options, before });
  } catch (error) {
    if (!(error instanceof Failure) || signal.aborted) throw error;
    const log = error.log === undefined ? '' : `\n  log: ${error.log}`;
    const failed = `${project} tests could not begin: ${error.message}${log}`;
    process.stdout.write(`${failed}\n`);
    return { tally: { passed: 0, failed: [failed], skipped: 0 }, times: [] };
  }
}

/** Makes slow builds before the tests, so that their progress is visible and no test times out. */
async function prepareGuests(project: Project, signal: AbortSignal): Promise<void> {
  const { progress, end } = drawProgress();
  try {
    const { types } = await resolveKernel(undefined, { progress, signal });
    await buildRoot(layerNames, { types, progress });
    if (project !== 'build') await buildQemu({ progress, signal });
  } finally {
    end();
  }
}

function conclude(tallies: Tally[], names: string[]): number {
  const { passed, failed, skipped } = addTallies(tallies);
  if (passed + failed.length + skipped === 0)
    throw new Failure('usage', `no test file's path contains ${names.join(' or ')}`, {
      next: `name a suite (${[...Object.keys(checks), ...projects].join(', ')}) or a part of a path under harness/test`,
    });
  const status = failed.length === 0 ? 0 : exitCodes.regression;
  if (status !== 0) {
    process.stdout.write(failed.map((what) => `failed: ${what}\n`).join(''));
    process.stderr.write(outcomeLine('regression', status));
  }
  process.stdout.write(`${passed} passed, ${failed.length} failed, ${skipped} skipped\n`);
  return status;
}

import { dirname, resolve } from 'node:path';
import { besideTable, claimsBeside } from '../artifact/against.ts';
import { costsOf, costTable, roomHere } from '../artifact/costs.ts';
import { redrawArtifact } from '../artifact/figures.ts';
import { demandOurs, gather } from '../artifact/gather.ts';
import { measureAll, runOnDisk } from '../artifact/measure-missing.ts';
import { checkSums } from '../artifact/sums.ts';
import { verifyArtifact } from '../artifact/verify.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { experiments } from '../experiment/index.ts';
import { exitCodes, Failure } from '../host/failure.ts';
import { ensurePackages } from '../host/install.ts';
import type { Profile } from '../measure/summary.ts';
import { readManifest } from '../store/read-run.ts';
import { findRun, resultsDir } from '../store/run-folder.ts';
import { parseArguments } from './arguments.ts';
import { kickTheTires } from './artifact-kick.ts';
import type { CommandContext } from './main.ts';
import { outcomeLine } from './outcome.ts';
import { outputFolder } from './output-path.ts';
import { drawProgress } from './progress.ts';

/** Makes an artifact of runs on disk, measuring what is missing; or checks one, or draws one again. */
export async function artifact(argv: string[], context: CommandContext): Promise<number> {
  const { flags } = parseArguments('artifact', argv);
  const { verify, figures, against } = flags;
  if (against !== undefined && verify === undefined)
    throw new Failure('usage', 'Expected --against only with --verify.', {
      next: 'see npm run artifact -- --help',
    });
  if (verify !== undefined && figures !== undefined)
    throw new Failure('usage', 'Expected --verify or --figures, got both.', {
      next: 'run them one after the other',
    });
  await ensurePackages(['artifact'], context.signal);
  if (flags['kick-the-tires']) return kickTheTires(context);
  const at = (dir: string) => resolve(context.cwd, dir);
  if (verify !== undefined) return check(at(verify), against === undefined ? undefined : at(against));
  if (figures !== undefined) return redraw(at(figures));
  return make(flags, context);
}

async function check(dir: string, reference: string | undefined): Promise<number> {
  const findings = await verifyArtifact(dir);
  const beside = reference === undefined ? [] : await claimsBeside(dir, reference);
  if (reference !== undefined) process.stdout.write(besideTable(beside));
  const differing = beside.filter(({ agrees }) => agrees === false).map(({ id }) => `claim ${id} differs`);
  return conclude([...findings, ...differing], `${dir}: everything in it follows from its samples\n`);
}

async function redraw(dir: string): Promise<number> {
  const changed = await redrawArtifact(dir);
  for (const path of changed) process.stdout.write(`${path}: made again, and changed\n`);
  return conclude(
    await checkSums(dir),
    `${dir}: every figure, table and claim has the bytes that SHA256SUMS lists\n`,
  );
}

function conclude(findings: readonly string[], good: string): number {
  if (findings.length === 0) {
    process.stdout.write(good);
    return 0;
  }
  for (const finding of findings) process.stderr.write(`zerohop: ${finding}\n`);
  process.stderr.write(outcomeLine('regression', exitCodes.regression));
  return exitCodes.regression;
}

type Flags = ReturnType<typeof parseArguments<'artifact'>>['flags'];

async function make(flags: Flags, { signal, cwd }: CommandContext): Promise<number> {
  const { profile, runs: named } = flags;
  const output = flags.output === undefined ? `${resultsDir()}/artifact` : resolve(cwd, flags.output);
  await outputFolder('output', dirname(output));
  await demandOurs(output);
  const given = named.map((run) => findRun(run, cwd));
  const brought = await Promise.all(given.map(async (run) => (await readManifest(run)).experiment));
  const asked = (await chosen(flags.experiments, named.length > 0)).filter(
    ({ name }) => !brought.includes(name),
  );
  const onDisk = await Promise.all(asked.map((experiment) => runOnDisk(experiment, profile)));
  const missing = asked.filter((_, place) => onDisk[place] === undefined);
  process.stderr.write(await planText(missing, profile));
  if (missing.length > 0) await ensurePackages(['kernel', 'guest'], signal);
  const { progress, end } = drawProgress();
  const measured = await measureAll(missing, profile, { progress, signal }).finally(end);
  const all = [...given, ...onDisk.filter((run) => run !== undefined), ...measured.runs];
  const file = await gather(all, measured.absent, output);
  process.stdout.write(`${output}\n${file}\n`);
  const failures = [
    ...measured.failures,
    ...measured.absent.map(({ name, why }) => `${name} failed: ${why}`),
  ];
  if (failures.length === 0) return 0;
  for (const failure of failures) process.stderr.write(`zerohop: ${failure}\n`);
  process.stderr.write(outcomeLine('cell', exitCodes.cell));
  return exitCodes.cell;
}

/** The named experiments; without names, those of the given runs alone, or all. */
async function chosen(names: readonly string[] | undefined, hasRuns: boolean): Promise<Experiment[]> {
  const known = await experiments();
  const unknown = (names ?? []).find((name) => known[name] === undefined);
  if (unknown !== undefined)
    throw new Failure(
      'usage',
      `Expected --experiments to name some of ${Object.keys(known).join(', ')}, got ${unknown}.`,
    );
  if (names === undefined && hasRuns) return [];
  return Object.values(known).filter(({ name }) => names?.includes(name) ?? true);
}

async function planText(missing: readonly Experiment[], profile: Profile): Promise<string> {
  if (missing.length === 0) return 'zerohop: every run is on disk; nothing is measured\n';
  return costTable(costsOf(missing, profile), await roomHere());
}

import type { PartResult } from '../checks/part-result.ts';
import type { Experiment } from '../experiment/experiment.ts';
import type { Context } from '../host/context.ts';
import { noiseFloor } from '../measure/noise-floor.ts';
import { type Accepted, acceptedChanges } from '../store/accepted.ts';
import { readHistory, type Series } from '../store/history.ts';
import type { Manifest } from '../store/manifest.ts';
import { appendRegressions, type RegressionRecord, readRegressions } from '../store/regressions.ts';
import { findCulprit } from './culprit.ts';
import { floorsOf } from './floors.ts';
import type { Night } from './night.ts';
import { prove } from './proof.ts';
import { testbedAlert, toldRecord } from './record-text.ts';
import { advance, isOpen, type NightFindings } from './records.ts';
import { regressions } from './regressions.ts';
import { hasSameBytes } from './suspects.ts';

/** Follows the records of regressions through a night: new suspicions are proved, and what is confirmed is told. */
export async function judgeNight(
  experiment: Experiment,
  manifest: Manifest,
  night: Night,
  context: Context,
): Promise<PartResult> {
  const testbedId = manifest.testbedId.virtual;
  const history = await readHistory(experiment.name, testbedId);
  const floors = floorsOf(history);
  const found = nightFindings(history, experiment, manifest, floors, await acceptedChanges());
  const known = await readRegressions();
  const changed = advance(known, found.night);
  const proved: RegressionRecord[] = [];
  for (const record of changed) {
    const floor = floors.get(record.cells[0]?.cell ?? '') ?? noiseFloor('virtual');
    const next = await proveRecord(record, { experiment, floor, night }, context);
    await appendRegressions([next]);
    proved.push(next);
  }
  const ours = (await readRegressions()).filter(
    (record) => record.experiment === experiment.name && record.testbedId === testbedId,
  );
  const open = ours.filter(({ state }) => isOpen(state));
  const confirmed = open.filter(({ state }) => state === 'confirmed');
  const unproved = open.filter(({ state }) => state === 'suspected').map(toldRecord);
  const mended = proved.filter(({ state }) => state === 'fixed').map(toldRecord);
  return {
    findings: [...found.ofTestbed.map(testbedAlert), ...confirmed.map(toldRecord)],
    figures: {
      suspects: found.night.suspects.length,
      confirmed: confirmed.length,
      ...(unproved.length > 0 && { 'suspected, and not confirmed': unproved.join('\n') }),
      ...(mended.length > 0 && { fixed: mended.join('\n') }),
    },
  };
}

type Circumstances = Parameters<typeof prove>[1];

/** A new suspicion is proved at once; only a confirmed one is bisected. */
async function proveRecord(
  record: RegressionRecord,
  circumstances: Circumstances,
  context: Context,
): Promise<RegressionRecord> {
  if (record.state !== 'suspected' || record.proof !== null) return record;
  const proof = await prove(record, circumstances, context);
  if (!proof.confirmed) return { ...record, proof };
  const culprit = await findCulprit(record, circumstances, context);
  return { ...record, state: 'confirmed', proof, culprit };
}

/** The night's losses. Nights that ran the same bytes cannot differ by a commit: such a move is about the testbed. */
export function nightFindings(
  history: readonly Series[],
  { name, matrices }: Pick<Experiment, 'name' | 'matrices'>,
  { run, startedAt, zerohop, testbedId }: Pick<Manifest, 'run' | 'startedAt' | 'zerohop' | 'testbedId'>,
  floors: ReadonlyMap<string, number>,
  accepted: readonly Accepted[],
) {
  const present = history.filter(({ entries }) => entries.at(-1)?.run === run);
  const all = regressions(present, floors, [], matrices);
  const standing = accepted.length === 0 ? all : regressions(present, floors, accepted, matrices);
  const isStanding = ({ cell, firstAfter }: (typeof all)[number]) =>
    standing.some((loss) => loss.cell === cell && loss.firstAfter.commit === firstAfter.commit);
  const night: NightFindings = {
    experiment: name,
    testbedId: testbedId.virtual,
    at: startedAt,
    commit: zerohop.commit,
    suspects: standing.filter((loss) => !hasSameBytes(loss)),
    accepted: all.filter((loss) => !isStanding(loss)),
    measured: new Set(present.map((series) => series.name)),
  };
  return { night, ofTestbed: standing.filter(hasSameBytes) };
}

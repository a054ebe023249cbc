import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../host/failure.ts';
import { practicalMargin } from '../measure/compare.ts';
import type { ClaimResult } from '../measure/summary.ts';
import { columnLines } from '../report/columns.ts';
import { amount, interval } from '../report/format.ts';
import { readSummary } from '../store/read-run.ts';
import { runsBelow } from './contents.ts';

/** A claim as two artifacts measured it. */
export interface Beside {
  id: string;
  ours: ClaimResult['measured'];
  theirs: ClaimResult['measured'];
  /** Null if one of them did not measure it. */
  agrees: boolean | null;
}

export const agreementRule =
  `A claim agrees if the two intervals overlap, or if the two figures are within ${practicalMargin * 100} % of each other;` +
  ' otherwise it differs. Only what both measured is compared.';

/** Each claim of some runs beside the same claim of a reference: an artifact, or a folder of runs. */
export async function claimsBeside(artifact: string, reference: string): Promise<Beside[]> {
  const ours = await claimsBelow(artifact);
  const theirs = await claimsBelow(reference);
  return [...new Set([...ours.keys(), ...theirs.keys()])].map((id) => {
    const [a, b] = [ours.get(id) ?? null, theirs.get(id) ?? null];
    return { id, ours: a, theirs: b, agrees: a && b && agree(a, b) };
  });
}

type Measured = NonNullable<ClaimResult['measured']>;

function agree(a: Measured, b: Measured): boolean {
  if (a.lo <= b.hi && b.lo <= a.hi) return true;
  const ratio = a.value / b.value;
  return ratio <= 1 + practicalMargin && ratio >= 1 / (1 + practicalMargin);
}

async function claimsBelow(dir: string): Promise<Map<string, Measured>> {
  const parent = existsSync(join(dir, 'runs')) ? join(dir, 'runs') : dir;
  const runs = existsSync(parent) ? await runsBelow(parent) : new Map<string, string>();
  if (runs.size === 0)
    throw new Failure('usage', `${dir} has no runs to compare with`, {
      next: 'give an artifact, or a folder of runs such as results/reference',
    });
  const summaries = await Promise.all([...runs.values()].map(readSummary));
  const claims = summaries.flatMap((summary) => summary.claims).toReversed();
  return new Map(
    claims.flatMap(({ id, measured }) => (measured === null ? [] : [[id, measured] as const])).toReversed(),
  );
}

export function besideTable(all: readonly Beside[]): string {
  const text = (figure: Beside['ours']) =>
    figure === null ? 'not measured' : `${amount(figure.value)} ${interval(figure)}`;
  const rows = all.map((claim) => [claim.id, text(claim.ours), text(claim.theirs), verdict(claim)]);
  return `${columnLines([['claim', 'here', 'reference', ''], ...rows]).join('\n')}\n${agreementRule}\n`;
}

function verdict({ ours, theirs, agrees }: Beside): string {
  if (ours === null || theirs === null) return '-';
  if (agrees) return 'agrees';
  return `differs by ${((ours.value / theirs.value - 1) * 100).toFixed(1)} %`;
}

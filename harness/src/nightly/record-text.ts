import { plural } from '../report/format.ts';
import type { LostCell, RegressionRecord } from '../store/regressions.ts';
import { namedCells } from './proof.ts';
import type { Suspect } from './suspects.ts';

/** A record in words, with the commands to measure it, to bisect it and to accept it. */
export function toldRecord(record: RegressionRecord): string {
  const { id, state, experiment, culprit, fixedBy, proof, bisect } = record;
  const commits = culprit === null ? `first bad ${record.firstBad}` : `caused by ${culprit}`;
  const head = `${experiment} ${id}, ${state}: ${lossesText(record.cells)}; last good ${record.lastGood}, ${commits}`;
  if (state === 'fixed') return `${head}; mended by ${fixedBy}`;
  const symbols = (proof?.symbols ?? []).map(
    ({ symbol, good, bad }) => `${symbol} ${good.toFixed(0)} to ${bad.toFixed(0)}`,
  );
  const [run] = proof?.runs ?? [];
  return [
    head,
    ...(proof === null ? [] : [proof.why]),
    ...(symbols.length === 0 ? [] : [`instructions: ${symbols.join(', ')}`]),
    ...(run === undefined ? [] : [`measure it again: ${run.command}`]),
    ...(culprit === null ? [`find the commit: ${bisect}`] : []),
    'if it is wanted: results/accepted.json',
  ].join('; ');
}

/** The largest losses by name, and the number of the others. */
function lossesText(cells: readonly LostCell[]): string {
  const named = cells
    .slice(0, namedCells)
    .map(({ cell, change }) => `${cell} changed by ${(change * 100).toFixed(2)} %`);
  const more = cells.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${plural(more, 'more cell')}` : ''}`;
}

/** A move between two nights that ran the same bytes. */
export function testbedAlert({ cell, change, lastBefore, firstAfter }: Suspect): string {
  return (
    `the testbed: ${cell} changed by ${(change * 100).toFixed(2)} % between the runs ${lastBefore.run} and ` +
    `${firstAfter.run}, whose kernel, root filesystem and harness are the same`
  );
}

import { paramsKey } from '../measure/params.ts';
import type { Summary } from '../measure/summary.ts';
import { summariseAgain } from '../store/again.ts';
import { readSamples, readSummary } from '../store/read-run.ts';
import { runsIn } from './contents.ts';
import { differing, withDrawn } from './figures.ts';
import { checkSums } from './sums.ts';

/** Faults of an artifact, a line each: in sums, schemas, proofs, summaries, and everything drawn from them. */
export async function verifyArtifact(artifact: string): Promise<string[]> {
  const runs = await runsIn(artifact);
  const findings = await checkSums(artifact);
  for (const [name, dir] of runs) {
    findings.push(...(await wrongIn(dir)).map((line) => `runs/${name}: ${line}`));
  }
  if (findings.length > 0) return findings;
  const stale = await withDrawn(artifact, (drawn) => differing(artifact, drawn));
  return stale.map((path) => `${path}: differs from what the samples give`);
}

/** A run whose files do not follow their schemas, whose samples lack their proofs, or do not give its summary. */
async function wrongIn(dir: string): Promise<string[]> {
  try {
    const samples = await readSamples(dir);
    const unproved = samples.flatMap(({ boot, order, variant, metric, proof }) =>
      proof.ok
        ? []
        : [
            `samples.jsonl: boot ${boot}, order ${order}, ${variant} ${metric}: the proof ${proof.name} failed`,
          ],
    );
    return [...unproved, ...changedCells(await readSummary(dir), await summariseAgain(dir))];
  } catch (error) {
    return [(error as Error).message];
  }
}

function changedCells(stored: Summary, again: Summary): string[] {
  const nameOf = ({ variant, metric, params }: Summary['cells'][number]) =>
    `${variant} ${metric} ${paramsKey(params)}`;
  const made = new Map(again.cells.map((cell) => [nameOf(cell), cell]));
  const cells = stored.cells.flatMap((cell) => {
    const name = nameOf(cell);
    const other = made.get(name);
    made.delete(name);
    if (other === undefined) return [`samples.jsonl has no sample of ${name}, which summary.json has`];
    if (JSON.stringify(cell) === JSON.stringify(other)) return [];
    return [
      `samples.jsonl: a sample of ${name} differs: their mean is ${other.mean}, summary.json has ${cell.mean}`,
    ];
  });
  return [
    ...cells,
    ...[...made.keys()].map((name) => `summary.json has no ${name}, which samples.jsonl has`),
  ];
}

import { experiments } from '../experiment/index.ts';
import { repeatCommand } from '../experiment/repeat.ts';
import type { PublishedClaim } from '../measure/published.ts';
import { publishedClaims } from '../measure/published.ts';
import type { ClaimResult, Summary } from '../measure/summary.ts';
import { rules } from '../measure/verdict.ts';
import type { RunFacts } from '../report/facts.ts';
import { evidenceIn } from '../report/page/places.ts';
import type { ArtifactClaim } from '../store/artifact-claims.ts';

/** A run of the artifact, summarised from its samples. */
export interface ToldRun {
  name: string;
  summary: Summary;
  facts: RunFacts;
  /** Its figures' ids. */
  plots: readonly string[];
}

/** Every claim with its verdict by the runs. The first run that measured it decides. */
export async function claimsIn(runs: readonly ToldRun[]): Promise<ArtifactClaim[]> {
  const known = await experiments();
  return (await publishedClaims()).map((claim) => {
    const names = [claim.experiment].flat().filter((name) => known[name] !== undefined);
    const results = runs.flatMap((run) => {
      const result = names.includes(run.summary.experiment)
        ? run.summary.claims.find(({ id }) => id === claim.id)
        : undefined;
      return result === undefined ? [] : [{ run, result }];
    });
    const found = results.find(({ result }) => result.measured !== null) ?? results[0];
    const experiment = found?.run.summary.experiment ?? names[0] ?? null;
    const plots = experiment === null ? [] : (known[experiment]?.plots ?? []);
    return {
      ...(found?.result ?? unmeasured(claim, names)),
      source: claim.source,
      rule: rules[claim.kind],
      experiment,
      command: experiment === null ? null : repeatCommand(claim, experiment),
      figure: found === undefined ? null : figureOf(claim, found.run, plots),
    };
  });
}

function unmeasured(claim: PublishedClaim, names: readonly string[]): ClaimResult {
  const { id, statement, kind, clock, published } = claim;
  const why =
    names.length === 0
      ? `this version has no experiment ${[claim.experiment].flat().join(', ')}`
      : `no run of ${names.join(' or ')} is in this artifact`;
  return { id, statement, kind, clock, published, measured: null, verdict: 'not measured', why };
}

function figureOf(
  claim: PublishedClaim,
  { name, summary, facts, plots }: ToldRun,
  specs: Parameters<typeof evidenceIn>[2],
): string | null {
  const drawn = specs.filter(({ id }) => plots.includes(id));
  const { figure } = evidenceIn(summary, facts, drawn, undefined).anchorsOf(claim);
  return figure === undefined ? null : `runs/${name}/plots/${figure.replace('plot-', '')}.svg`;
}

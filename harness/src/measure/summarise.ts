import type { Experiment } from '../experiment/experiment.ts';
import type { Sample } from '../workload/sample.ts';
import { type MeasuredCell, measureCells } from './cells.ts';
import { originalOf } from './control-cells.ts';
import { controlsOf, controlWarnings } from './controls.ts';
import { groupBy } from './group.ts';
import { isNamedBy, isPrecise } from './growth.ts';
import { judgeClaim } from './judge.ts';
import { paramsKey } from './params.ts';
import type { PublishedClaim } from './published.ts';
import { kernelRatios, variantRatios } from './ratios.ts';
import type { Cell, Profile, Ratio, Summary } from './summary.ts';

export interface Measurements {
  experiment: Pick<Experiment, 'name' | 'matrices' | 'baseline' | 'ratios'>;
  profile: Profile;
  /** The reference kernel is the first. */
  kernels: readonly string[];
  claims: readonly PublishedClaim[];
  samples: readonly Sample[];
  unavailable: Summary['unavailable'];
  /** Failed cells, noise, interrupted boots. */
  warnings: readonly string[];
}

/** The summary of a run's samples. Equal samples give an equal summary. */
export function summarise(run: Measurements): Summary {
  const { experiment, profile, kernels, claims, samples } = run;
  const measured = measureCells(samples, experiment.matrices);
  const asked = [...experiment.ratios, ...claims.flatMap(({ ratio }) => ratio ?? []), ...twinRatios(samples)];
  const ratios = [
    ...variantRatios(measured, experiment.baseline, asked, profile),
    ...kernelRatios(measured, kernels, profile),
  ];
  const cells = measured.map(({ cell }) => ({ ...cell, precise: isCellPrecise(cell, ratios, claims) }));
  const evidence = { profile, kernel: kernels[0] ?? '', cells, ratios, unavailable: run.unavailable };
  return {
    experiment: experiment.name,
    profile,
    cells,
    ratios,
    claims: claims.map((claim) => judgeClaim(claim, evidence)),
    proofs: proofsOf(samples),
    unavailable: [...run.unavailable],
    warnings: [...run.warnings, ...controlWarnings(controlsOf(ratios)), ...outlierWarnings(cells)],
  };
}

/** A twin is always compared with its original. */
function twinRatios(samples: readonly Sample[]): Experiment['ratios'] {
  const twins = groupBy(
    samples.filter(({ variant }) => originalOf(variant) !== variant),
    ({ variant, metric }) => `${variant} ${metric}`,
  );
  return [...twins.values()].flatMap(([first]) =>
    first === undefined
      ? []
      : [{ numerator: first.variant, denominator: originalOf(first.variant), metric: first.metric }],
  );
}

/** Decided by the first ratio that a claim names, else by any ratio with the cell, else by the cell's own interval. */
function isCellPrecise(
  cell: MeasuredCell,
  ratios: readonly Ratio[],
  claims: readonly PublishedClaim[],
): Cell['precise'] {
  if (cell.boots < 2) return false;
  const members = ratios.filter(
    ({ numerator, denominator, metric, params }) =>
      metric === cell.metric &&
      [numerator, denominator].includes(cell.variant) &&
      paramsKey(params) === paramsKey(cell.params),
  );
  const named = claims.flatMap((claim) => members.filter((ratio) => isNamedBy(claim, ratio)));
  return isPrecise(named[0] ?? members[0] ?? cell);
}

/** One proof for each cell and kind: the first that failed, otherwise the last one. */
function proofsOf(samples: readonly Sample[]): Summary['proofs'] {
  const groups = groupBy(samples, ({ variant, params, proof }) =>
    [variant, paramsKey(params), proof.name].join(' '),
  );
  return [...groups.values()].flatMap((members) => {
    const told = members.find(({ proof }) => !proof.ok) ?? members.at(-1);
    return told === undefined ? [] : [{ variant: told.variant, params: told.params, ...told.proof }];
  });
}

function outlierWarnings(cells: readonly Cell[]): string[] {
  return cells.flatMap(({ variant, metric, params, samples, outliers = 0 }) =>
    outliers === 0
      ? []
      : [
          `${variant} ${metric} ${paramsKey(params)}: ${outliers} of ${samples} samples lie beyond Tukey's fences`,
        ],
  );
}

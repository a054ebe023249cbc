import type { Clock } from '../host/clock.ts';
import { Failure } from '../host/failure.ts';
import { expand, type MatrixCell } from './matrix.ts';
import type { OnlyFilter, PlanRequest } from './plan-request.ts';
import { restrictions } from './profile.ts';

/**
 * The cells of a run, after the profile and `--only`. If `--only` names values that the profile hides (`--only
 * topology=container` in smoke), as few of its restrictions as possible are lifted.
 */
export function selectCells(request: PlanRequest): MatrixCell[] {
  const all = request.matrices.flatMap((matrix) => expand(matrix, request.kernels));
  const filters = [...request.only, ...clockFilter(request.clock)];
  for (const filter of request.only) {
    validate(filter, all);
  }
  const kept = all.filter((cell) => filters.every((filter) => passes(cell, filter)));
  if (kept.length === 0) {
    const typed = filters.map(({ factor, values }) => `${factor}=${values.join(',')}`).join(' ');
    throw new Failure('usage', `nothing is left to measure: no cell has ${typed}`, {
      next: 'leave out one of them; --dry-run shows what a choice measures',
    });
  }
  const choices = liftings.map((lifted) =>
    kept.filter((cell) =>
      restrictions.every((allows, place) => lifted.includes(place) || allows(request.profile, cell)),
    ),
  );
  return choices.reduce((best, choice) => (found(choice, filters) > found(best, filters) ? choice : best));
}

/** Every set of restrictions, the smallest first. */
const liftings = restrictions
  .reduce<number[][]>((sets, _, place) => sets.concat(sets.map((set) => [...set, place])), [[]])
  .sort((a, b) => a.length - b.length);

function clockFilter(clock: Clock | 'both' | undefined): OnlyFilter[] {
  if (clock === undefined) return [];
  return [{ factor: 'clock', values: clock === 'both' ? ['virtual', 'wall'] : [clock] }];
}

/** The number of named values that a choice has; without names, 1 if it has any cell. */
function found(cells: readonly MatrixCell[], filters: readonly OnlyFilter[]): number {
  if (filters.length === 0) return Math.min(cells.length, 1);
  return filters.flatMap(({ factor, values }) =>
    values.filter((value) => cells.some((cell) => factorOf(cell, factor) === value)),
  ).length;
}

function passes(cell: MatrixCell, { factor, values }: OnlyFilter): boolean {
  const value = factorOf(cell, factor);
  return value !== null && values.includes(value);
}

function factorOf({ variant, params }: MatrixCell, factor: string): string | null {
  const value = factor === 'variant' ? variant : params[factor];
  return value === undefined || value === null ? null : String(value);
}

function validate({ factor, values }: OnlyFilter, all: readonly MatrixCell[]): void {
  const factors = new Set(['variant', ...all.flatMap(({ params }) => Object.keys(params))]);
  if (!factors.has(factor)) {
    throw new Failure('usage', `--only ${factor}=${values.join(',')}: unknown factor "${factor}"`, {
      next: `factors of this experiment: ${[...factors].join(', ')}`,
    });
  }
  const named = [...new Set(all.map((cell) => factorOf(cell, factor)))].filter((value) => value !== null);
  // Numbers are sorted; names keep the experiment's order.
  const valid = named.sort((a, b) => Number(a) - Number(b) || 0);
  const unknown = values.filter((value) => !valid.includes(value));
  if (unknown.length > 0 || values.length === 0) {
    const what =
      unknown.length > 0 ? `${factor} has no value "${unknown.join('", "')}"` : 'no value is named';
    throw new Failure('usage', `--only ${factor}=${values.join(',')}: ${what}`, {
      next: `values of ${factor}: ${valid.join(', ')}`,
    });
  }
}

import type { Matrix } from '../experiment/experiment.ts';
import type { Clock } from '../host/clock.ts';
import type { Params } from '../workload/sample.ts';

/** One variant at one point, with the block that declares it. */
export interface MatrixCell {
  matrix: Matrix;
  variant: string;
  params: Params;
}

/** Every cell of a block, on every kernel. */
export function expand(matrix: Matrix, kernels: readonly string[]): MatrixCell[] {
  const { variants, topology, size, clock, factors } = matrix;
  const choices = product({ variant: variants, topology, size, clock, kernel: kernels, ...factors });
  return choices.flatMap(({ variant, ...rest }) =>
    idles(matrix, rest['clock'] as Clock).map((idle) => ({
      matrix,
      variant: String(variant),
      params: { workload: matrix.workload, ...rest, idle } as Params,
    })),
  );
}

/** Whether a point lies in this block. */
export function covers(matrix: Matrix, params: Params): boolean {
  const factors = Object.entries(matrix.factors ?? {});
  return (
    matrix.workload === params.workload &&
    matrix.topology.includes(params.topology) &&
    matrix.size.includes(params.size) &&
    factors.every(([name, values]) => values.some((value) => value === params[name]))
  );
}

function idles(matrix: Matrix, clock: Clock) {
  return clock === 'virtual' ? [null] : matrix.idle;
}

type Choice = Record<string, string | number>;

function product(factors: Record<string, readonly (string | number)[]>): Choice[] {
  return Object.entries(factors).reduce<Choice[]>(
    (choices, [name, values]) => choices.flatMap((c) => values.map((value) => ({ ...c, [name]: value }))),
    [{}],
  );
}

import { z } from 'zod';
import type { Workload } from '../workload/workload.ts';
import type { Matrix } from './experiment.ts';

/** The values of each factor that a workload declares; those that it can do without may be absent. */
type Choices<Factors extends z.ZodRawShape> = {
  readonly [Name in keyof z.infer<z.ZodObject<Factors>>]: readonly Exclude<
    z.infer<z.ZodObject<Factors>>[Name],
    undefined
  >[];
};

interface Block<Variant extends string, Factors extends z.ZodRawShape>
  extends Partial<Omit<Matrix, 'workload' | 'variants' | 'size' | 'factors' | 'bootFactors'>> {
  variants: readonly Variant[];
  /** Bytes. */
  size: readonly number[];
  factors: Choices<Factors>;
}

/**
 * A block of an experiment's matrix: every variant at every combination of the factors. It is on loopback, on both
 * clocks, under either idle, in every profile, and all its sizes are headlines, unless it says otherwise.
 */
export function matrix<Variant extends string, Factors extends z.ZodRawShape>(
  workload: Pick<Workload<Variant, Factors>, 'name' | 'variants' | 'factors' | 'bootFactors'>,
  block: Block<Variant, Factors>,
): Matrix {
  const { name, bootFactors } = workload;
  demandDriven(name, Object.keys(workload.variants), block.variants);
  const factors = block.factors as NonNullable<Matrix['factors']>;
  demandDeclared(name, workload.factors, factors);
  return {
    topology: ['loopback'],
    clock: ['virtual', 'wall'],
    idle: ['poll', 'default'],
    headlineSizes: block.size,
    from: 'smoke',
    ...block,
    workload: name,
    factors,
    ...(bootFactors && { bootFactors }),
  };
}

function demandDriven(workload: string, driven: readonly string[], asked: readonly string[]): void {
  const unknown = asked.filter((variant) => !driven.includes(variant));
  if (unknown.length > 0) {
    throw new TypeError(
      `${workload} cannot run over ${unknown.join(', ')}; it runs over ${driven.join(', ')}`,
    );
  }
}

/** Each value is tried at a point that has the first value of every other factor. */
function demandDeclared(
  workload: string,
  declared: z.ZodObject,
  factors: NonNullable<Matrix['factors']>,
): void {
  const first = Object.fromEntries(Object.entries(factors).map(([name, [value]]) => [name, value]));
  const others = Object.entries(factors).flatMap(([name, values]) =>
    values.map((value) => ({ ...first, [name]: value })),
  );
  for (const point of [first, ...others]) {
    const parsed = z.strictObject(declared.shape).safeParse(point);
    if (parsed.success) continue;
    throw new TypeError(
      `${workload} has no such factors (${JSON.stringify(point)}): ${z.prettifyError(parsed.error)}`,
    );
  }
}

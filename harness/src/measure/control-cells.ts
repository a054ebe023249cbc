import { type TwinKind, twinKinds } from '../experiment/boot-plan.ts';
import { Failure } from '../host/failure.ts';
import type { MatrixCell } from './matrix.ts';

/** A cell and the variant that is run for it: a twin has its own name and runs its original. */
export interface PlannedCell extends MatrixCell {
  runs: string;
  twin: TwinKind | null;
}

export interface Twin {
  of: string;
  kind: TwinKind;
}

export const twinName = ({ of, kind }: Twin): string => `${of}.${kind}`;

/** Every cell, followed by its twins. */
export function withTwins(cells: readonly MatrixCell[], twins: readonly Twin[]): PlannedCell[] {
  for (const { of } of twins) {
    if (!cells.some(({ variant }) => variant === of)) {
      const variants = [...new Set(cells.map(({ variant }) => variant))];
      throw new Failure('usage', `"${of}" is not measured in this run, so it cannot have a twin`, {
        next: `variants of this run: ${variants.join(', ')}`,
      });
    }
  }
  return cells.flatMap((cell) => [
    { ...cell, runs: cell.variant, twin: null },
    ...twins
      .filter(({ of }) => of === cell.variant)
      .map((twin) => ({ ...cell, variant: twinName(twin), runs: cell.variant, twin: twin.kind })),
  ]);
}

/** The variant that is run for a name in the results. */
export function originalOf(variant: string): string {
  const kind = twinKindOf(variant);
  return kind === null ? variant : variant.slice(0, -kind.length - 1);
}

export function twinKindOf(variant: string): TwinKind | null {
  return twinKinds.find((kind) => variant.endsWith(`.${kind}`)) ?? null;
}

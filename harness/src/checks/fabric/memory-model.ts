import type { FabricKind } from '../../fabric/fabric.ts';

/** Those of harness/guest/litmus/tests.c, which says what each does. */
export const litmusTests = [
  'counter',
  'mp',
  'sb',
  'sb-fence',
  'sb-locked',
  'lb',
  'iriw',
  'torn',
  'cas16',
  'unaligned',
  'over-lines',
  'over-pages',
] as const;
export type LitmusTest = (typeof litmusTests)[number];

const bits = ['0', '1'];
const twoBits = ['0', '1', '2', '3'];
const pairs = all(bits, bits);

/** What x86's total store order lets the parties see; null for counters, of which each party must see another value. */
const allowed: Readonly<Record<LitmusTest, readonly string[] | null>> = {
  counter: null,
  // Flag new, data old.
  mp: without(all(['-'], twoBits), '-,2'),
  sb: pairs,
  'sb-fence': without(pairs, '0,0'),
  'sb-locked': without(pairs, '0,0'),
  lb: without(pairs, '1,1'),
  // The readers see the two writes in opposite orders.
  iriw: without(all(['-'], ['-'], twoBits, twoBits), '-,-,2,2'),
  torn: all(['-'], bits),
  cas16: null,
  unaligned: null,
  'over-lines': null,
  'over-pages': null,
};

/** Operands that a fabric may refuse instead: then it refuses every one. */
const refusable: readonly LitmusTest[] = ['unaligned', 'over-lines', 'over-pages'];

/** On tcp all is sequentially consistent, so the only outcome is gone that a store buffer makes. */
export function allowedOutcomes(kind: FabricKind, test: LitmusTest, parties: number): ReadonlySet<string> {
  const outcomes = allowed[test];
  if (outcomes !== null)
    return new Set(kind === 'tcp' && test === 'sb' ? without(outcomes, '0,0') : outcomes);
  const each = Array.from({ length: parties }, (_, place) => `${place}`).join(',');
  const none = Array.from({ length: parties }, () => 'r').join(',');
  return new Set(refusable.includes(test) ? [each, none] : [each]);
}

/** What a run that means something has seen: what is allowed only where hosts really run at once. */
export function mustBeSeen(kind: FabricKind, test: LitmusTest): string | undefined {
  if (test === 'sb' && kind === 'shm') return '0,0';
  return test === 'torn' ? '-,1' : undefined;
}

/** Every combination of what the parties may see. */
function all(...parties: (readonly string[])[]): string[] {
  return parties
    .reduce<string[][]>(
      (starts, sights) => starts.flatMap((start) => sights.map((sight) => [...start, sight])),
      [[]],
    )
    .map((sights) => sights.join(','));
}

function without(outcomes: readonly string[], forbidden: string): string[] {
  return outcomes.filter((outcome) => outcome !== forbidden);
}

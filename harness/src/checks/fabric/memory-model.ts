import type { MemoryOrder } from '../../fabric/fabric.ts';

/** Those of harness/guest/litmus/tests.c, which says what each does. */
export const litmusTests = [
  'counter',
  'mp',
  'sb',
  'sb-fence',
  'sb-locked',
  'sb-cpuid',
  'lb',
  'iriw',
  'corr',
  'wrc',
  'rwc',
  's',
  'r',
  '2+2w',
  'mp-nt',
  'mixed',
  'torn',
  'torn8-unaligned',
  'torn4-unaligned',
  'torn2-unaligned',
  'torn16',
  'cas16',
  'unaligned',
  'over-lines',
  'over-pages',
] as const;
export type LitmusTest = (typeof litmusTests)[number];

const bits = ['0', '1'];
const twoBits = ['0', '1', '2', '3'];
const pairs = all(bits, bits);
/** A party that did not come in time leaves the round open. */
const settled = all(['0', '1', '-'], ['0', '1', '-']);
const whole = all(['-'], bits);

/** The outcomes that x86's total store order allows; null for counters: there each party must see another value. */
const allowed: Readonly<Record<LitmusTest, readonly string[] | null>> = {
  counter: null,
  // Flag new, data old.
  mp: without(all(['-'], twoBits), '-,2'),
  sb: pairs,
  'sb-fence': without(pairs, '0,0'),
  'sb-locked': without(pairs, '0,0'),
  'sb-cpuid': without(pairs, '0,0'),
  lb: without(pairs, '1,1'),
  // The readers see the two writes in opposite orders.
  iriw: without(all(['-'], ['-'], twoBits, twoBits), '-,-,2,2'),
  corr: without(all(['-'], twoBits), '-,2'),
  // The second has read the first's write, the third the second's and not the first's.
  wrc: without(all(['-'], bits, twoBits), '-,1,2'),
  rwc: without(all(['-'], twoBits, bits), '-,2,0'),
  s: without(settled, '1,1'),
  r: without(settled, '1,0'),
  '2+2w': without(settled, '1,1'),
  'mp-nt': without(all(['-'], twoBits), '-,2'),
  // One write of eight bytes, whose upper half is new and whose lower half, read later, is old.
  mixed: without(all(['-'], twoBits), '-,2'),
  torn: whole,
  'torn8-unaligned': whole,
  'torn4-unaligned': whole,
  'torn2-unaligned': whole,
  torn16: whole,
  cas16: null,
  unaligned: null,
  'over-lines': null,
  'over-pages': null,
};

/** Operands that a fabric may refuse instead: then it refuses every one. */
const refusable: readonly LitmusTest[] = ['unaligned', 'over-lines', 'over-pages'];

/** Where all is sequentially consistent, the only outcome is gone that a store buffer makes. */
export function allowedOutcomes(order: MemoryOrder, test: LitmusTest, parties: number): ReadonlySet<string> {
  const outcomes = allowed[test];
  if (outcomes !== null)
    return new Set(test === 'sb' && order === 'sequential' ? without(outcomes, '0,0') : outcomes);
  const each = Array.from({ length: parties }, (_, place) => `${place}`).join(',');
  const none = Array.from({ length: parties }, () => 'r').join(',');
  return new Set(refusable.includes(test) ? [each, none] : [each]);
}

/** An outcome that is possible only if hosts really run at once. A run without it proves nothing. */
export function mustBeSeen(order: MemoryOrder, test: LitmusTest): string | undefined {
  if (test === 'sb' && order === 'total-store-order') return '0,0';
  return test.startsWith('torn') ? '-,1' : undefined;
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

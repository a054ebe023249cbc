/** A change of a source text. */
interface PlantEdit {
  at: number;
  length: number;
  /** The new text, from the old one. */
  by: (text: string) => string;
}

/** Finds the places of one kind of bug in a source whose strings and comments are blank. */
type PlantRule = (code: string) => PlantEdit[];

/** The formatter puts spaces around operators and none around the brackets of type arguments. */
const swapped = {
  ' < ': ' <= ',
  ' <= ': ' < ',
  ' > ': ' >= ',
  ' >= ': ' > ',
  ' === ': ' !== ',
  ' !== ': ' === ',
  ' && ': ' || ',
  ' || ': ' && ',
  ' + ': ' - ',
  ' - ': ' + ',
  ' * ': ' / ',
  ' / ': ' * ',
  'Math.max(': 'Math.min(',
  'Math.min(': 'Math.max(',
  '.some(': '.every(',
  '.every(': '.some(',
} as const;

const swaps: readonly PlantRule[] = Object.entries(swapped).map(
  ([from, to]) =>
    (code) =>
      placesOf(code, from).map((at) => ({ at, length: from.length, by: () => to })),
);

const offByOne: PlantRule = (code) =>
  [...code.matchAll(/(?<![\w.$])\d[\d_]*(?:\.\d+)?(?![\w.])/g)].map(({ index, 0: number }) => ({
    at: index,
    length: number.length,
    by: (text) => `${Number(text.replaceAll('_', '')) + 1}`,
  }));

/** Conditions without a comparison, whose operator is not swapped. */
const negatedConditions: PlantRule = (code) =>
  placesOf(code, 'if (')
    .map((found) => found + 'if '.length)
    .map((at) => ({ at, length: closing(code, at) - at, by: (text: string) => `(!${text})` }))
    .filter(({ at, length }) => !/ [!=]== /.test(code.slice(at, at + length)));

/** Calls without which a list keeps its type. */
const droppedCalls: PlantRule = (code) =>
  [...code.matchAll(/\.(?:filter|sort|toSorted|reverse|toReversed|slice|concat)\(/g)].map(
    ({ index, 0: call }) => ({
      at: index,
      length: closing(code, index + call.length - 1) - index,
      by: () => '',
    }),
  );

export const plantRules: readonly PlantRule[] = [...swaps, offByOne, negatedConditions, droppedCalls];

function placesOf(code: string, text: string): number[] {
  const places: number[] = [];
  for (let at = code.indexOf(text); at !== -1; at = code.indexOf(text, at + 1)) places.push(at);
  return places;
}

/** The place after the parenthesis that closes the one at `open`. */
function closing(code: string, open: number): number {
  let depth = 0;
  for (let at = open; at < code.length; at += 1) {
    if (code[at] === '(') depth += 1;
    if (code[at] === ')') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return code.length;
}

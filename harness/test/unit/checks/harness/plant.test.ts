import { expect, test } from 'vitest';
import { maskedSource } from '../../../../src/checks/harness/masked-source.ts';
import { plantBugs } from '../../../../src/checks/harness/plant.ts';

const planted = (source: string) => plantBugs(source).map(({ text }) => text);

test.each([
  ['a < b', ['a <= b']],
  ['a >= b', ['a > b']],
  ['a === b', ['a !== b']],
  ['a && b', ['a || b']],
  ['a - b', ['a + b']],
  ['a * b', ['a / b']],
  ['Math.max(a, b)', ['Math.min(a, b)']],
  ['all.some(f)', ['all.every(f)']],
  ['const far = 1_000;', ['const far = 1001;']],
  ['const factor = 1.5;', ['const factor = 2.5;']],
  ['if (ready) go();', ['if (!(ready)) go();']],
  ['all.filter((x) => f(g(x))).map(h)', ['all.map(h)']],
  ['all.toSorted()', ['all']],
])('plantBugs breaks %s', (source, bugs) => {
  expect(planted(source)).toEqual(bugs);
});

test('plantBugs plants one bug at a time, in the order of the text', () => {
  expect(planted('if (a === b && c) d;')).toEqual(['if (a !== b && c) d;', 'if (a === b || c) d;']);
});

test('plantBugs leaves comments, strings, types and regular expressions alone', () => {
  const source = [
    '// a < b, 1',
    '/* 2 && 3 */',
    "const text = 'a && b, 4';",
    'const list: Map<string, Set<string>> = f(`5 < 6`);',
    "const quoted = /'7' && \\/ 8/;",
    'const far = (x) => x;',
  ].join('\n');
  expect(planted(source)).toEqual([]);
});

test('plantBugs names a bug by its line before and after', () => {
  const [bug] = plantBugs('first();\n  return a < b;\nlast();\n');
  expect(bug?.name).toBe('return a < b; => return a <= b;');
});

test('plantBugs plants the same bugs every time', () => {
  const source = 'export const f = (a: number[]) => a.filter((x) => x > 1 || x < -1).slice(0, 2);\n';
  expect(plantBugs(source).length).toBeGreaterThan(5);
  expect(plantBugs(source)).toEqual(plantBugs(source));
});

test('maskedSource keeps every character in its place', () => {
  const source = "const a = 'it';\n/* a\n b */ const c = d / e / f;\n";
  const masked = maskedSource(source);
  expect(masked).toHaveLength(source.length);
  expect(masked).toBe(
    `const a = ${' '.repeat(4)};\n${' '.repeat(4)}\n${' '.repeat(5)} const c = d / e / f;\n`,
  );
});

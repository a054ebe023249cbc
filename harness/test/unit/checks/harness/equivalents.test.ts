import { expect, test } from 'vitest';
import { judgeBugs } from '../../../../src/checks/harness/equivalents.ts';
import type { BugFate } from '../../../../src/checks/harness/try-bug.ts';

const fatesOf = (changes: Record<string, BugFate> = {}) =>
  new Map<string, BugFate>([
    ...Array.from({ length: 100 }, (_, place): [string, BugFate] => [`bug ${place}`, 'found']),
    ...Object.entries(changes),
  ]);
const listed = [{ bug: 'bug 7', reason: 'the same result' }];

test('judgeBugs finds nothing wrong when every bug is found or listed', () => {
  expect(judgeBugs(fatesOf({ 'bug 7': 'survived', 'bug 8': 'endless' }), listed)).toEqual({
    findings: [],
    figures: { planted: 100, found: 98, endless: 1, survived: 1 },
  });
});

test('judgeBugs reports a survivor that is not listed', () => {
  const { findings } = judgeBugs(fatesOf({ 'bug 3': 'survived', 'bug 7': 'survived' }), listed);
  expect(findings).toEqual(['no unit test finds bug 3']);
});

test('judgeBugs reports a listed bug that was found or not planted', () => {
  expect(judgeBugs(fatesOf(), listed).findings).toEqual(['listed as equivalent, but found: bug 7']);
  const gone = [{ bug: 'gone', reason: 'the same result' }];
  expect(judgeBugs(fatesOf(), gone).findings).toEqual(['listed as equivalent, but not planted: gone']);
});

test('judgeBugs reports too few bugs', () => {
  expect(judgeBugs(new Map([['one', 'found']]), []).findings).toEqual([
    'expected at least 100 planted bugs, got 1',
  ]);
});

import { expect, test } from 'vitest';
import { newWarnings, parseWarnings } from '../../../../src/checks/kernel/warnings.ts';

const files = ['net/a.c', 'include/net/a.h'];
const restricted = 'warning: restricted __be16 degrades to integer';

test('parseWarnings counts places in the touched files, wherever the tree is', () => {
  const log = [
    `/cache/tree/net/a.c:10:3: ${restricted}`,
    `/cache/tree/net/a.c:12:3: ${restricted}`,
    `/cache/tree/net/b.c:12:3: ${restricted}`,
    '../include/net/a.h:7:1: warning: symbol',
    '../include/net/a.h:7:1: warning: symbol',
    'net/a.c:5: note: in expansion of macro',
    '  CC      net/a.o',
  ].join('\n');
  expect(parseWarnings(log, files)).toEqual({
    [`net/a.c: ${restricted}`]: 2,
    'include/net/a.h: warning: symbol': 1,
  });
});

test('newWarnings returns warnings that are new or more frequent', () => {
  expect(newWarnings({ a: 1, b: 2 }, { a: 1, b: 2 })).toEqual([]);
  expect(newWarnings({ a: 1, b: 2 }, { a: 2, b: 1, c: 1 })).toEqual(['a', 'c']);
});

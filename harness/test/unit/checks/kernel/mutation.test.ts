import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Mutation, mutate, windowAlone } from '../../../../src/checks/kernel/mutation.ts';
import { plant } from '../../kernel/trees.ts';

const source = `static int first(int a)
{
	smp_mb();
	return a;
}

int second(int a,
	   int b);

int second(int a,
	   int b)
{
	smp_mb();
	if (a) {
		b++;
	}
	smp_mb();
	return first(b);
}
`;

let root: string;
beforeAll(async () => {
  root = await plant({ 'net/a.c': source });
});
afterAll(() => rm(root, { recursive: true }));

const mutation = (changes: Partial<Mutation>): Mutation => ({
  ...{ name: 'no barrier', file: 'net/a.c', function: 'first', find: 'smp_mb();', replace: '' },
  ...changes,
});

test('mutate changes its text in its function and nothing else', () => {
  expect(mutate(mutation({}), root)).toBe(source.replace('smp_mb();', ''));
  expect(mutate(mutation({ function: 'second', find: 'b++', replace: 'b--' }), root)).toBe(
    source.replace('b++', 'b--'),
  );
});

test('mutate adds the window with the bug, and windowAlone without it', () => {
  const window = { find: 'return a;', replace: 'udelay(1);\n\treturn a;' };
  const wide = mutation({ window });
  const opened = source.replace(window.find, window.replace);
  expect(mutate(wide, root)).toBe(opened.replace('smp_mb();', ''));
  const alone = windowAlone(wide) as Mutation;
  expect(alone.name).toBe('no barrier: its window alone');
  expect(mutate(alone, root)).toBe(opened);
  expect(windowAlone(mutation({}))).toBeUndefined();
});

test('mutate searches the whole file when no function is given', () => {
  const whole = mutation({ function: undefined, find: 'b++;', replace: '' });
  expect(mutate(whole, root)).toBe(source.replace('b++;', ''));
});

test.each([
  ['a text that is there twice', { function: 'second' }, 'second holds the text 2 times'],
  ['a text that is not there', { find: 'smp_rmb();' }, 'first holds the text 0 times'],
  ['a function that is not there', { function: 'third' }, 'net/a.c defines third() nowhere'],
  ['a file that is not there', { file: 'net/b.c' }, 'there is no net/b.c'],
])('%s is said by name', (_what, changes, message) => {
  expect(() => mutate(mutation(changes), root)).toThrow(message);
});

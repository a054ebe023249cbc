import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { invocation, usages, type Verb } from '../../../src/cli/usages.ts';
import { checkoutRoot } from '../../../src/host/cache.ts';
import { parts } from '../../../src/nightly/parts.ts';

function zerohop(args: string[], env: Record<string, string> = {}) {
  const entry = join(checkoutRoot(), 'harness/entry.mjs');
  return execa(process.execPath, [entry, ...args], { cwd: tmpdir(), env, reject: false });
}

const lastLine = (text: string) => text.split('\n').at(-1);

test.each([[[]], [['frobnicate']], [['toString']]])('%j lists the verbs and ends 2', async (args) => {
  const { exitCode, stderr, stdout } = await zerohop(args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(/npm run experiment.*npm run doctor.*npm test/s);
  expect(lastLine(stderr)).toBe('zerohop: outcome=usage status=2 log=-');
});

test.each(Object.keys(usages) as Verb[])('%s has help', async (verb) => {
  const { exitCode, stdout, stderr } = await zerohop([verb, '--help']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toContain(invocation(verb));
});

test('an unknown flag ends 2 and points to the help', async () => {
  const { exitCode, stderr } = await zerohop(['experiment', 'netperf', '--profil', 'smoke']);
  expect(exitCode).toBe(2);
  expect(stderr).toBe(
    [
      "zerohop: Unknown option '--profil'",
      '  next: see npm run experiment -- --help',
      'zerohop: outcome=usage status=2 log=-',
    ].join('\n'),
  );
});

test('a value that begins with a dash ends 2 with one sentence', async () => {
  const { exitCode, stderr } = await zerohop(['experiment', 'netperf', '--seed', '-1']);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(
    /^zerohop: Expected a value after --seed, got one that begins with a dash\n {2}next: /,
  );
});

test.each([
  ['nightly', 'baseline', 'npm run nightly -- --part baseline'],
  ['artifact', 'smoke', 'npm run artifact -- --profile smoke'],
  [
    'artifact',
    'foo',
    'use npm run artifact [-- FLAG...] or npm run artifact -- --kick-the-tires or npm run artifact -- --verify DIR [--against REFERENCE] or npm run artifact -- --figures DIR',
  ],
  ['doctor', 'foo', 'use npm run doctor'],
])('%s refuses the operand %s and starts nothing', async (verb, operand, next) => {
  const { exitCode, stdout, stderr } = await zerohop([verb, operand]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toBe(
    [
      `zerohop: Expected no operand, got "${operand}".`,
      `  next: ${next}`,
      'zerohop: outcome=usage status=2 log=-',
    ].join('\n'),
  );
});

test('the help of nightly lists the parts with their minutes', async () => {
  const { stdout } = await zerohop(['nightly', '--help']);
  for (const { part, minutes } of parts)
    expect(stdout).toMatch(new RegExp(`^ +${part} +${minutes} min +\\w`, 'm'));
});

test('flags without an experiment exit with 2 and do not print the list', async () => {
  const { exitCode, stdout, stderr } = await zerohop(['experiment', '--resume', 'DIR']);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain('Expected an experiment for --resume.');
});

test('doctor says what is missing, how to install it, and ends 3', async () => {
  const { exitCode, stdout, stderr } = await zerohop(['doctor'], { PATH: '/nowhere' });
  expect(exitCode).toBe(3);
  expect(stdout).toMatch(/^missing +gcc +- /m);
  expect(stdout).toMatch(/sudo apt-get install -y --no-install-recommends .*gcc/);
  expect(lastLine(stderr)).toBe('zerohop: outcome=infra status=3 log=-');
});

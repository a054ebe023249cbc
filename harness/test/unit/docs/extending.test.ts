import { rm } from 'node:fs/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { checkoutCopy } from '../../../src/checks/harness/checkout-copy.ts';
import { follow, recipes, runIn } from '../../fixtures/extending/recipes.ts';

vi.setConfig({ testTimeout: 10 * 60_000, hookTimeout: 10 * 60_000 });

let dir: string;

beforeAll(async () => {
  dir = await checkoutCopy();
  for (const recipe of recipes) await follow(recipe, dir);
});

afterAll(() => rm(dir, { recursive: true }));

test('the document has a recipe for an experiment, a workload, a variant and a fabric, each with code and a command', () => {
  expect(recipes.map(({ title }) => title)).toEqual(
    expect.arrayContaining(['A new experiment', 'A new workload', 'A new variant', 'A new fabric']),
  );
  for (const { code, commands } of recipes) {
    expect(code.length).toBeGreaterThan(0);
    expect(commands.length).toBeGreaterThan(0);
  }
});

test('a copy of the checkout that followed every recipe type-checks', async () => {
  const { stdout, exitCode } = await execa('node_modules/.bin/tsc', ['--noEmit'], {
    cwd: dir,
    reject: false,
  });
  expect(stdout).toBe('');
  expect(exitCode).toBe(0);
});

test('the listing has the new experiments, after those that have a place', async () => {
  const { stdout } = await runIn(dir, 'npm run experiment');
  const names = [...stdout.matchAll(/^([a-z]+): /gm)].map(([, name]) => name);
  expect(names.slice(-4)).toEqual(['metadata', 'small', 'tail', 'command']);
});

const known: readonly [command: RegExp, plan: RegExp][] = [
  [/experiment small/, /^ {2}splice netperf rr loopback 16 B$/m],
  [/experiment tail/, /^ {2}splice-poll tail think_us=150 loopback 1024 B$/m],
  [/splice-eager/, /^ {2}splice-eager command /m],
  [/experiment cas/, /^ {2}cas cas hosts=2 fabric=bar /m],
];

test.each(known)('a plan knows the new thing: %s', async (command, plan) => {
  const shown = recipes
    .flatMap(({ commands }) => commands)
    .find((one) => command.test(one) && /--dry-run/.test(one));
  const { stdout, stderr, exitCode } = await runIn(dir, `${shown}`);
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(plan);
});

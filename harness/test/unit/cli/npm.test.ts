import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromTyped } from '../../../src/cli/npm.ts';
import type { Verb } from '../../../src/cli/usages.ts';

/** A project whose scripts do nothing but ask whether npm swallowed something, under the real npm. */
let project: string;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'zerohop-npm-'));
  const file = (path: string) => pathToFileURL(join(import.meta.dirname, '../../../', path)).href;
  await writeFile(
    join(project, 'ask.mjs'),
    `import { register } from '${file('../node_modules/tsx/dist/esm/api/index.mjs')}';
     register();
     const { demandSeparator } = await import('${file('src/cli/npm.ts')}');
     const [verb, ...argv] = process.argv.slice(2);
     try {
       demandSeparator(verb, argv);
       console.log('passed', JSON.stringify(argv));
     } catch (error) {
       console.log(error.kind, error.next.replace('run\\n', ''));
     }`,
  );
  const script = (verb: string) => [verb, `exec setpriv --pdeathsig TERM node ask.mjs ${verb}`];
  const scripts = Object.fromEntries(['experiment', 'guest', 'kernel', 'test'].map(script));
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'asks', version: '1.0.0', scripts }));
});

afterAll(() => rm(project, { recursive: true, force: true }));

async function npm(line: string[], env: Record<string, string> = {}): Promise<string> {
  const { stdout } = await execa('npm', ['--silent', ...line], { cwd: project, env, lines: true });
  return stdout.at(-1) ?? '';
}

const swallowed: [string[], string][] = [
  [['run', 'experiment', 'netperf', '--dry-run'], 'npm run experiment netperf -- --dry-run'],
  [['run', 'experiment', 'netperf', '--profile', 'quick'], 'npm run experiment netperf -- --profile quick'],
  [['run', 'experiment', 'netperf', '--profile=quick'], 'npm run experiment netperf -- --profile quick'],
  [['run', 'experiment', 'netperf', '--only', 'size=1024'], 'npm run experiment netperf -- --only size=1024'],
  [
    ['run', 'experiment', 'netperf', '--only=size=1', '--', '--seed', '3'],
    'npm run experiment netperf -- --only size=1 --seed 3',
  ],
  [['run', 'experiment', '--profile', 'quick', 'netperf'], 'npm run experiment -- --profile quick netperf'],
  [['run', 'experiment', 'netperf', '--profil', 'quick'], 'npm run experiment netperf -- --profil quick'],
  [['run', 'guest', '--hosts', '2', '--', 'uname', '-r'], 'npm run guest -- --hosts 2 -- uname -r'],
  [['run', 'guest', '--hosts', '2', '--', '--', 'uname'], 'npm run guest -- --hosts 2 -- uname'],
  [['run', 'guest', '--timeout', '5', 'sleep', '60'], 'npm run guest -- --timeout 5 -- sleep 60'],
  [['run', 'guest', '--append', "a 'b'", '--', 'ls'], "npm run guest -- --append 'a '\\''b'\\''' -- ls"],
  [
    ['run', 'guest', '--env', 'A=1', '--env', 'B=2', '--', 'env'],
    'npm run guest -- --env A=1 --env B=2 -- env',
  ],
  [['run', 'guest', '--shell'], 'npm run guest -- --shell'],
  [['run', 'guest', 'uname', '-r'], 'npm run guest -- -- uname -r'],
  [['run', 'kernel', 'build', '--locked'], 'npm run kernel build -- --locked'],
  [['test', '--bail'], 'npm test -- --bail'],
];

test.each(swallowed)('npm %j is answered with the corrected line', async (typed, line) => {
  expect(await npm(typed)).toBe(`usage ${line}`);
});

const passed: [string[], string[]][] = [
  [['run', 'experiment'], []],
  [['run', 'experiment', 'netperf'], ['netperf']],
  [
    ['run', 'experiment', 'netperf', '--', '--dry-run', '--only', 'size=1'],
    ['netperf', '--dry-run', '--only', 'size=1'],
  ],
  [
    ['run', 'guest', '--', '--hosts', '2', '--', 'uname', '-r'],
    ['--hosts', '2', '--', 'uname', '-r'],
  ],
  [
    ['run', 'guest', '--', '--', 'uname', '-r'],
    ['--', 'uname', '-r'],
  ],
  [['run', 'experiment', 'netperf', '--loglevel', 'error'], ['netperf']],
  [['run', '--silent', 'experiment', 'netperf'], ['netperf']],
  [['test', '--', 'cli'], ['cli']],
];

test.each(passed)('npm %j passes as it is', async (typed, argv) => {
  expect(await npm(typed)).toBe(`passed ${JSON.stringify(argv)}`);
});

test("the user's own npm configuration is not taken for our flags", async () => {
  expect(await npm(['run', 'experiment', 'netperf'], { npm_config_dry_run: 'true' })).toBe(
    'passed ["netperf"]',
  );
  const withoutLog = { npm_config_dry_run: 'true', npm_config_shell: '/bin/sh', npm_config_logs_max: '0' };
  expect(await npm(['run', 'experiment', 'netperf'], withoutLog)).toBe('passed ["netperf"]');
});

/** Then only the configuration that npm exports is known, which lacks `--only` with a value of ours. */
const withoutLog: [string[], string][] = [
  [['run', 'experiment', 'netperf', '--dry-run'], 'npm run experiment netperf -- --dry-run'],
  [['run', 'experiment', 'netperf', '--profile', 'quick'], 'npm run experiment netperf -- --profile quick'],
  [['run', 'experiment', 'netperf', '--profile=quick'], 'npm run experiment netperf -- --profile quick'],
  [['run', 'guest', '--hosts', '2', '--', 'uname', '-r'], 'npm run guest -- --hosts 2 -- uname -r'],
  [
    ['run', 'guest', '--env', 'A=1', '--env', 'B=2', '--', 'env'],
    'npm run guest -- --env A=1 --env B=2 -- env',
  ],
  [['run', 'guest', '--shell'], 'npm run guest -- --shell'],
];

test.each(withoutLog)('npm %j is found out where npm keeps no log', async (typed, line) => {
  expect(await npm(typed, { npm_config_logs_max: '0' })).toBe(`usage ${line}`);
});

const typedLines: [Verb, string[], string | undefined][] = [
  ['experiment', ['run', '--dry-run', 'experiment', 'netperf'], 'npm run experiment -- --dry-run netperf'],
  ['experiment', ['--prefix', 'dir', 'run', 'experiment', 'netperf'], undefined],
  ['test', ['t', '--watch'], 'npm test -- --watch'],
];

test.each(typedLines)('%s typed as %j', (verb, tokens, line) => {
  expect(fromTyped(verb, tokens)).toBe(line);
});

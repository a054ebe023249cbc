import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseArguments } from '../../../src/cli/arguments.ts';
import { experimentOptions } from '../../../src/cli/experiment-request.ts';
import { experiments } from '../../../src/experiment/index.ts';
import { Failure } from '../../../src/host/failure.ts';

const known = await experiments();
const of = (...argv: string[]) =>
  experimentOptions(parseArguments('experiment', argv), '/home/me/here', known);

const wrong = (...argv: string[]): Failure => {
  try {
    of(...argv);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('nothing was wrong');
};

test('experimentOptions refuses a factor, a value and a shard that the plan does not have', () => {
  expect(wrong('netperf', '--only', 'size=1025').message).toBe('--only size=1025: size has no value "1025"');
  expect(wrong('netperf', '--only', 'length=1024').message).toContain('unknown factor "length"');
  expect(wrong('netperf', '--seed', '1', '--shard', '900/900').message).toContain('nothing to measure');
});

test('without:SERIES is not taken as a path', () => {
  const { kernels } = of('netperf', '--kernel', 'before=without:sock-splice', '--kernel', 'after=series');
  expect(kernels).toEqual([
    { name: 'before', spec: 'without:sock-splice' },
    { name: 'after', spec: '/home/me/here/series' },
  ]);
});

test('commit:COMMIT is not taken as a path', () => {
  expect(of('netperf', '--kernel', 'before=commit:HEAD~3').kernels).toEqual([
    { name: 'before', spec: 'commit:HEAD~3' },
  ]);
});

test('experimentOptions defaults to the quick profile, the default kernel and a drawn seed', () => {
  const { request, kernels, explain, force } = of('netperf');
  expect(request).toMatchObject({ profile: 'quick', kernels: ['default'], only: [], twins: [] });
  expect(kernels).toEqual([{ name: 'default' }]);
  expect({ explain, force }).toEqual({ explain: false, force: false });
  expect(of('netperf').request.seed).not.toBe(request.seed);
});

test("experimentOptions takes the experiment's own kernels when none is given", () => {
  const { kernels, request } = of('unpaired');
  expect(kernels).toEqual([{ name: 'unpatched', spec: 'without:sock-splice' }, { name: 'patched' }]);
  expect(request.kernels).toEqual(['unpatched', 'patched']);
  expect(of('unpaired', '--kernel', 'a=default').kernels).toEqual([{ name: 'a' }]);
});

test('the command that repeats a run carries the seed that was drawn, and quotes what a shell would split', () => {
  const { command, request } = of('netperf', '--only', 'size=1', '--only', 'variant=tcp,smc', '--explain');
  expect(request.only).toEqual([
    { factor: 'size', values: ['1'] },
    { factor: 'variant', values: ['tcp', 'smc'] },
  ]);
  expect(command).toBe(
    `npm run experiment netperf -- --only size=1 --only variant=tcp,smc --explain --seed ${request.seed}`,
  );
  expect(of('netperf', '--seed', '7').command).toBe('npm run experiment netperf -- --seed 7');
  const adHoc = of('command', '--run', "echo 'a b'", '--parse', '(\\d+)').command;
  expect(adHoc).toContain(`--run 'echo '\\''a b'\\'''`);
});

test('kernels keep their order and their folders are those of the caller', () => {
  const { kernels, request } = of('netperf', '--kernel', 'a=default', '--kernel', 'b=../tree');
  expect(kernels).toEqual([{ name: 'a' }, { name: 'b', spec: '/home/me/tree' }]);
  expect(request.kernels).toEqual(['a', 'b']);
});

test('a delay is injected into the baseline, and A/A twins are of any variant', () => {
  const { request, slowShare } = of('netperf', '--inject', 'slow=5%', '--again', 'smc');
  expect(slowShare).toBeCloseTo(0.05);
  expect(request.twins).toEqual([
    { of: 'smc', kind: 'again' },
    { of: 'tcp', kind: 'slow' },
  ]);
});

test('--variant is refused with the flag to use when the experiment is not "command"', () => {
  const { exitCode, next } = wrong('netperf', '--variant', 'smc,tcp');
  expect({ exitCode, next }).toEqual({ exitCode: 2, next: '--only variant=smc,tcp' });
});

test('--boots is a number or a range, counted from 1, and part of the request', () => {
  expect(of('netperf', '--boots', '5').request.boots).toEqual({ from: 0, to: 5 });
  expect(of('netperf', '--boots', '6..7').request.boots).toEqual({ from: 5, to: 7 });
  expect(of('netperf').request.boots).toBeUndefined();
});

test('a shard is a part of a plan with a seed', () => {
  const { shard, command } = of('netperf', '--shard', '2/5', '--seed', '7');
  expect(shard).toEqual({ index: 2, of: 5 });
  expect(command).toBe('npm run experiment netperf -- --shard 2/5 --seed 7');
  expect(wrong('netperf', '--shard', '1/2').message).toMatch(/Expected --seed with --shard/);
  expect(wrong('netperf', '--shard', '1/2', '--seed', '7', '--explain').message).toMatch(/without --explain/);
});

test('--resume-or-begin begins a run in a new folder, and resumes the one that is there', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'zerohop-request-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const begun = of('netperf', '--resume-or-begin', dir);
  expect(begun).toMatchObject({
    into: dir,
    command: `npm run experiment netperf -- --seed ${begun.request.seed}`,
  });
  await writeFile(join(dir, 'manifest.json'), '');
  const resumed = of('netperf', '--resume-or-begin', dir, '--seed', '7');
  expect(resumed).toMatchObject({ resume: dir, command: 'npm run experiment netperf -- --seed 7' });
  expect(resumed.into).toBeUndefined();
});

test.each([
  ['an unknown experiment', ['netprf'], /Expected one of netperf, .*, command, got netprf/],
  ['two experiments', ['netperf', 'redis'], /Expected one experiment at a time, got "netperf redis"/],
  [
    'an unknown profile',
    ['netperf', '--profile', 'fast'],
    /Expected --profile to be one of smoke, quick, paper, got fast\. Example: --profile quick$/,
  ],
  [
    'an unknown clock',
    ['netperf', '--clock', 'both?'],
    /--clock to be one of virtual, wall, both, got both\?/,
  ],
  ['a filter without values', ['netperf', '--only', 'size'], /--only to be FACTOR=V1,V2, got size/],
  ['a kernel without a name', ['netperf', '--kernel', '/boot/x'], /--kernel to be NAME=.*, got \/boot\/x/],
  ['two kernels of one name', ['netperf', '--kernel', 'a=x', '--kernel', 'a=y'], /got a twice/],
  [
    'a seed that is no number',
    ['netperf', '--seed', '1e400'],
    /--seed to be a whole number from 0 on, got 1e400/,
  ],
  [
    'a seed beyond all bounds',
    ['netperf', '--seed', '9'.repeat(20)],
    /--seed to be a whole number from 0 on/,
  ],
  [
    'a shard beyond the last',
    ['netperf', '--shard', '3/2'],
    /--shard to be i\/n with i from 1 to n, got 3\/2/,
  ],
  ['no boots', ['netperf', '--boots', '0'], /--boots to be N or FROM\.\.TO, boots counted from 1, got 0/],
  ['JSON of a run', ['netperf', '--json'], /Expected --json only with --dry-run/],
  [
    'two ways to resume',
    ['netperf', '--resume', 'a', '--resume-or-begin', 'b'],
    /--resume or --resume-or-begin, got both/,
  ],
  ['an unknown injection', ['netperf', '--inject', 'fast=5%'], /--inject to be slow=N%, got fast=5%/],
  ['a delay of nothing', ['netperf', '--inject', 'slow=0%'], /--inject to be slow=N% with N above 0/],
  ['an unknown gate', ['netperf', '--gate', 'claim'], /--gate to be one of claims, got claim/],
  [
    'a command line for another experiment',
    ['netperf', '--run', 'true'],
    /Expected --run only with the experiment/,
  ],
  [
    'a run that is not there',
    ['netperf', '--resume', 'nowhere'],
    /--resume to be a run folder, got .*nowhere/,
  ],
  ['a command without --parse', ['command', '--run', 'true'], /needs --run and --parse/],
  [
    'a broken expression',
    ['command', '--run', 'true', '--parse', '('],
    /--parse to be a regular expression, got \(\./,
  ],
  [
    'an unknown variant',
    ['command', '--run', 'x', '--parse', 'x', '--variant', 'udp'],
    /--variant to be a list of tcp, .*, got udp/,
  ],
])('%s is a usage error that says what was expected', (_, argv, message) => {
  const { exitCode, message: text, next } = wrong(...argv);
  expect(exitCode).toBe(2);
  expect(text).toMatch(message);
  expect(next).toMatch(/./);
});

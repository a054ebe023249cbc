import { expect, test } from 'vitest';
import { experimentOptions } from '../../../src/cli/experiment-request.ts';
import { Failure } from '../../../src/host/failure.ts';

const cwd = '/somewhere';

const wrong = (operands: string[], flags: object): Failure => {
  try {
    experimentOptions(operands, flags as never, cwd);
  } catch (error) {
    return error as Failure;
  }
  throw new Error('nothing was wrong');
};

test('a kernel less a series is no path', () => {
  const flags = { kernel: ['before=without:sock-splice', 'after=series'] };
  expect(experimentOptions(['netperf'], flags as never, cwd).kernels).toEqual([
    { name: 'before', spec: 'without:sock-splice' },
    { name: 'after', spec: '/somewhere/series' },
  ]);
});

test('without flags it is the quick profile of the default kernel, under a seed of its own', () => {
  const { request, kernels } = experimentOptions(['netperf'], {}, cwd);
  expect(request).toMatchObject({ profile: 'quick', kernels: ['default'], only: [], twins: [] });
  expect(kernels).toEqual([{ name: 'default' }]);
  expect(experimentOptions(['netperf'], {}, cwd).request.seed).not.toBe(request.seed);
});

test('the command that repeats a run carries the seed that was drawn, and quotes what a shell would split', () => {
  const { command, request } = experimentOptions(
    ['netperf'],
    { only: ['size=1', 'variant=tcp,smc'], explain: true },
    cwd,
  );
  expect(command).toBe(
    `npm run experiment netperf -- --only size=1 --only variant=tcp,smc --explain --seed ${request.seed}`,
  );
  const adHoc = experimentOptions(['command'], { run: "echo 'a b'", parse: '(\\d+)' }, cwd).command;
  expect(adHoc).toContain(`--run 'echo '\\''a b'\\'''`);
});

test('kernels keep their order and their folders are those of the caller', () => {
  const { kernels, request } = experimentOptions(
    ['netperf'],
    { kernel: ['a=default', 'b=../tree'] },
    '/home/me/here',
  );
  expect(kernels).toEqual([{ name: 'a' }, { name: 'b', spec: '/home/me/tree' }]);
  expect(request.kernels).toEqual(['a', 'b']);
});

test('a delay is injected into the baseline, and A/A twins are of any variant', () => {
  const { request, slowShare } = experimentOptions(['netperf'], { inject: 'slow=5%', again: ['smc'] }, cwd);
  expect(slowShare).toBeCloseTo(0.05);
  expect(request.twins).toEqual([
    { of: 'smc', kind: 'again' },
    { of: 'tcp', kind: 'slow' },
  ]);
});

test('a variant asked for in the words of another experiment is told the words of this one', () => {
  const { exitCode, next } = wrong(['netperf'], { variant: ['smc', 'tcp'] });
  expect({ exitCode, next }).toEqual({ exitCode: 2, next: '--only variant=smc,tcp' });
});

test.each([
  ['an unknown experiment', ['netprf'], {}, /there is no experiment "netprf"/],
  ['two experiments', ['netperf', 'redis'], {}, /one experiment at a time/],
  [
    'an unknown profile',
    ['netperf'],
    { profile: 'fast' },
    /--profile fast is not one of smoke, quick, paper/,
  ],
  ['an unknown clock', ['netperf'], { clock: 'both?' }, /--clock both\? is not one of/],
  ['a filter without values', ['netperf'], { only: ['size'] }, /--only size is not FACTOR=V1,V2/],
  ['a kernel without a name', ['netperf'], { kernel: ['/boot/vmlinuz'] }, /gives the kernel no name/],
  ['two kernels of one name', ['netperf'], { kernel: ['a=x', 'a=y'] }, /two kernels are called a/],
  ['a seed that is no number', ['netperf'], { seed: '1e400' }, /--seed 1e400/],
  ['an unknown injection', ['netperf'], { inject: 'fast=5%' }, /only slow=N% is known/],
  ['a delay of nothing', ['netperf'], { inject: 'slow=0%' }, /only slow=N% is known/],
  ['a gate that is none', ['netperf'], { gate: 'claim' }, /--gate claim is not one of claims/],
  ['a command line for another experiment', ['netperf'], { run: 'true' }, /--run is for .*"command"/],
  ['a run that is not there', ['netperf'], { resume: 'nowhere' }, /no run is there/],
  ['a command without --parse', ['command'], { run: 'true' }, /needs --run and --parse/],
  ['a broken expression', ['command'], { run: 'true', parse: '(' }, /--parse: /],
  [
    'an unknown variant',
    ['command'],
    { run: 'x', parse: 'x', variant: ['udp'] },
    /--variant udp is not one of/,
  ],
])('%s is a usage error that says what was expected', (_, operands, flags, message) => {
  const failure = wrong(operands, flags);
  expect(failure).toBeInstanceOf(Failure);
  expect(failure.exitCode).toBe(2);
  expect(failure.message).toMatch(message);
  expect(failure.next).not.toBe('');
});

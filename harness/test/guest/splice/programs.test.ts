import { afterAll, beforeAll, expect, test } from 'vitest';
import { bootSpliced } from '../../../src/checks/splice/host.ts';
import { type ProgramName, programs, runProgram } from '../../../src/checks/splice/programs.ts';
import type { Host } from '../../../src/guest/host.ts';

const minuteMs = 60_000;

const some: readonly ProgramName[] = ['redis', 'nginx', 'iperf3', 'python', 'io-uring'];
let host: Host | undefined;

beforeAll(async () => {
  host = await bootSpliced({ memoryMb: 2048, layers: some.flatMap((name) => programs[name].layers) });
}, 60 * minuteMs);

afterAll(() => host?.[Symbol.asyncDispose]());

test.each(some)(
  '%s gets through rings what it gets through TCP',
  {
    timeout: 15 * minuteMs,
  },
  async (name) => {
    if (host === undefined) throw new Error('no host');
    expect(await runProgram(host, name, 10 * minuteMs)).toBe(null);
  },
);

import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { instructionCounter } from '../../../../src/guest/profile/counter.ts';
import { countInstructions } from '../../../../src/workload/instructions.ts';
import { processHost } from './perf-host.ts';

/** A folder with a zerohop-perf that ends like this once its stdin has ended. */
async function perfThat(script: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'zerohop-counter-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const file = join(dir, 'zerohop-perf');
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return dir;
}

const counts = (instructions: number) =>
  perfThat(`[ "$*" = "count instructions" ] || exit 2; echo counting >&2; cat; echo ${instructions}`);

/** Word for word what it says where there is no PMU. */
const countless = () =>
  perfThat("echo 'zerohop-perf: the CPUs count no instructions: No such file or directory' >&2; exit 3");

test('instructionCounter uses a counter that counts', async () => {
  const counter = await instructionCounter(processHost(await counts(612_345)));
  expect(counter).toEqual({ by: 'cpu', why: '612345 instructions for a test process' });
});

test('instructionCounter refuses a counter that stands still', async () => {
  const { by, why } = await instructionCounter(processHost(await counts(0)));
  expect(by).toBe('nobody');
  expect(why).toMatch(
    /^0 instructions for a test process are too few; load the module kvm with enable_pmu=1/,
  );
});

test('instructionCounter says why, and what to do, when there is no counter', async () => {
  const { by, why } = await instructionCounter(processHost(await countless()));
  expect(by).toBe('nobody');
  expect(why).toMatch(/the CPUs count no instructions: No such file or directory; .*virtual PMU/);
});

test('instructionCounter does not try emulated CPUs', async () => {
  const nothing = await perfThat('exit 1');
  expect(await instructionCounter(processHost(nothing, 'tcg'))).toMatchObject({ by: 'nobody' });
  expect(await instructionCounter(processHost(nothing, 'tcg', 'virtual'))).toMatchObject({ by: 'icount' });
});

test('countInstructions adds the count to a sample of round trips only', async () => {
  const host = processHost(await counts(5_000_000));
  const measured = { payloadBytes: null, transactions: 200, raw: '', observed: {} };
  const rate = { metric: 'rate', value: 100 } as const;
  const stream = { metric: 'mbit_per_s', value: 100 } as const;
  expect((await countInstructions(host, async () => ({ ...measured, values: [rate] }))).values).toEqual([
    rate,
    { metric: 'instructions_per_txn', value: 25_000 },
  ]);
  expect((await countInstructions(host, async () => ({ ...measured, values: [stream] }))).values).toEqual([
    stream,
  ]);
});

test('a counter that fails in the middle fails the sample', async () => {
  const host = processHost(await perfThat('echo counting >&2; cat; echo others use the counter >&2; exit 3'));
  const sample = async () => ({ payloadBytes: null, transactions: 1, raw: '', observed: {}, values: [] });
  await expect(countInstructions(host, sample)).rejects.toThrow(/others use the counter/);
});

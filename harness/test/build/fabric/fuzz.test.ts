import { execa } from 'execa';
import { expect, it } from 'vitest';
import { builtFuzzer } from '../../../src/fabric/fabricd.ts';

const seconds = 10;

it('the memory server stands whatever hosts say', async () => {
  const options = [`-max_total_time=${seconds}`, '-max_len=2048', '-seed=1', '-print_final_stats=1'];
  const result = await execa(await builtFuzzer(), options, { reject: false, all: true, timeout: 120_000 });
  expect(result.exitCode, result.all).toBe(0);
  const executed = /number_of_executed_units: (\d+)/.exec(result.all)?.[1];
  expect(Number(executed)).toBeGreaterThan(1000);
});

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { checkoutRoot } from '../../../src/host/cache.ts';
import { summarySchema } from '../../../src/measure/summary.ts';

test('hosts in lockstep repeat their samples to the last digit by one seed, and not by another', async ({
  onTestFinished,
}) => {
  const results = await mkdtemp(join(tmpdir(), 'zerohop-results-'));
  onTestFinished(() => rm(results, { recursive: true }));
  const samplesOf = async (seed: number) => {
    const one = ['hosts=2', 'words=1', 'latency=none', 'variant=cas'].flatMap((only) => ['--only', only]);
    const args = ['cas', '--profile', 'smoke', '--clock', 'virtual', ...one, '--seed', `${seed}`];
    const end = await execa('node', ['harness/entry.mjs', 'experiment', ...args], {
      cwd: checkoutRoot(),
      env: { ZEROHOP_RESULTS: results },
      reject: false,
    });
    expect(end, end.stderr).toMatchObject({ exitCode: 0 });
    return readFile(join(results, 'latest/cas/samples.jsonl'), 'utf8');
  };
  const first = await samplesOf(1);
  const { cells } = summarySchema.parse(
    JSON.parse(await readFile(join(results, 'latest/cas/summary.json'), 'utf8')),
  );
  const median = (metric: string) => cells.find((cell) => cell.metric === metric)?.median;
  expect(median('lost_updates')).toBe(0);
  expect(median('success_ratio')).toBeLessThan(1);
  expect(await samplesOf(1)).toBe(first);
  expect(await samplesOf(2)).not.toBe(first);
});

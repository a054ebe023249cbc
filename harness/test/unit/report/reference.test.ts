import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { experiments } from '../../../src/experiment/index.ts';
import { checkoutRoot } from '../../../src/host/cache.ts';
import { claimsOf } from '../../../src/measure/published.ts';
import { factsOf } from '../../../src/report/facts.ts';
import { writeReport } from '../../../src/report/write.ts';
import { readManifest, readSummary } from '../../../src/store/read-run.ts';

const reference = 'results/reference/netperf';

test('a report of the committed reference run has the bytes that are committed', {
  timeout: 180_000,
}, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'zerohop-reference-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const run = join(checkoutRoot(), reference);
  const summary = await readSummary(run);
  await writeReport(dir, {
    summary,
    facts: factsOf(await readManifest(run)),
    plots: (await experiments())[summary.experiment]?.plots ?? [],
    claims: await claimsOf(summary.experiment),
  });
  const { stdout } = await execa('git', ['-C', run, 'ls-files', 'plots', 'tables'], { lines: true });
  expect(stdout.length).toBeGreaterThan(5);
  for (const file of stdout) {
    expect(await readFile(join(dir, file), 'utf8'), file).toBe(await readFile(join(run, file), 'utf8'));
  }
});

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkoutCopy } from '../../src/checks/harness/checkout-copy.ts';
import { summarySchema } from '../../src/measure/summary.ts';
import { follow, recipe, runIn } from '../fixtures/extending/recipes.ts';

test.each([
  [
    'A new experiment',
    'npm run experiment small -- --profile smoke --only size=1 --only variant=tcp,splice',
    'small',
    'rate',
  ],
  [
    'A new workload',
    'npm run experiment tail -- --profile smoke --only think_us=30 --only variant=tcp,splice',
    'tail',
    'latency_us_p99',
  ],
])('%s: the recipe measures', async (title, command, name, metric) => {
  const dir = await checkoutCopy();
  const results = await mkdtemp(join(tmpdir(), 'zerohop-results-'));
  try {
    await follow(recipe(title), dir);
    const end = await runIn(dir, command, { ZEROHOP_RESULTS: results });
    expect(end, end.stderr).toMatchObject({ exitCode: 0 });
    const text = await readFile(join(results, 'latest', name, 'summary.json'), 'utf8');
    const { cells, proofs } = summarySchema.parse(JSON.parse(text));
    const measured = cells.filter((cell) => cell.metric === metric).map(({ variant }) => variant);
    expect(measured).toEqual(expect.arrayContaining(['tcp', 'splice']));
    expect(proofs.filter(({ ok }) => !ok)).toEqual([]);
  } finally {
    await rm(dir, { recursive: true });
    await rm(results, { recursive: true });
  }
});

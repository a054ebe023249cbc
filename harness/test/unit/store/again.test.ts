import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkoutRoot } from '../../../src/host/cache.ts';
import { experimentOf, summariseAgain } from '../../../src/store/again.ts';
import { readManifest, readSummary } from '../../../src/store/read-run.ts';
import { scratch } from './made.ts';

const reference = join(checkoutRoot(), 'results/reference/netperf');

test('summariseAgain makes the committed summary from the committed samples', async () => {
  expect(await summariseAgain(reference)).toEqual(await readSummary(reference));
});

test('summariseAgain follows the samples, and keeps the warnings of the journal', async () => {
  const dir = join(await scratch(), 'run');
  await cp(reference, dir, { recursive: true });
  const summary = await readSummary(dir);
  await writeFile(
    join(dir, 'summary.json'),
    JSON.stringify({ ...summary, warnings: ['the machine was busy'] }),
  );
  const samples = await readFile(join(dir, 'samples.jsonl'), 'utf8');
  const halved = samples.replaceAll(
    /^(\{"boot":\d+,"order":\d+,"variant":"splice",.*"metric":"rate","value":)([\d.]+)/gm,
    (_, head, value) => `${head}${Number(value) / 2}`,
  );
  await writeFile(join(dir, 'samples.jsonl'), halved);
  const again = await summariseAgain(dir);
  const verdictOf = ({ claims }: typeof summary) => claims.find(({ id }) => id === 'splice-rr-1024')?.verdict;
  expect([verdictOf(summary), verdictOf(again)]).toEqual(['exceeded', 'not reproduced']);
  expect(again.warnings).toEqual(['the machine was busy']);
});

test('summariseAgain tells a warning of its own once, however often it is made again', async () => {
  const dir = join(await scratch(), 'run');
  await cp(reference, dir, { recursive: true });
  const samples = await readFile(join(dir, 'samples.jsonl'), 'utf8');
  const [first = ''] = samples.split('\n', 1);
  const far = first.replace(/"value":[\d.]+/, '"value":1');
  await writeFile(join(dir, 'samples.jsonl'), `${`${first}\n`.repeat(10)}${far}\n${samples}`);
  const once = await summariseAgain(dir);
  expect(once.warnings).toHaveLength((await readSummary(dir)).warnings.length + 1);
  await writeFile(join(dir, 'summary.json'), JSON.stringify(once));
  expect((await summariseAgain(dir)).warnings).toEqual(once.warnings);
});

test('experimentOf rebuilds a command of the user from its words', async () => {
  const manifest = await readManifest(reference);
  const words = { variant: ['tcp', 'smc'], run: ['a b'], parse: ['(\\d+)'], serve: [''] };
  const request = { ...manifest.request, words };
  const { matrices } = await experimentOf({ ...manifest, experiment: 'command', request });
  expect(matrices[0]).toMatchObject({
    variants: ['tcp', 'smc'],
    factors: { run: ['a b'], parse: ['(\\d+)'] },
  });
  await expect(experimentOf({ ...manifest, experiment: 'gone' })).rejects.toThrow('no experiment gone');
});

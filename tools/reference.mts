import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { checkoutRoot } from '../harness/src/host/cache.ts';
import { readManifest, readSamples, readSummary } from '../harness/src/store/read-run.ts';
import { findRun } from '../harness/src/store/run-folder.ts';
import { misuse, runScript, type Usage } from './command.mts';
import { filled } from './reference/marks.mts';

const usage: Usage = {
  script: 'reference.mts',
  about: "the committed reference runs, and the documents' tables and figures that are made from them",
  forms: {
    write: 'make the marked tables and figures of README.md and docs/*.md again',
    check: 'name the documents that differ from what write would make; ends 1 if any does',
    'take NAME RUN': 'make the run RUN the reference run results/reference/NAME',
  },
  flags: { root: { value: 'DIR', about: 'the checkout, instead of the one that this script lies in' } },
};

/** What a reference run keeps: its data, and the figures that documents show. */
const kept = ['manifest.json', 'samples.jsonl', 'summary.json', 'tables'];

await runScript(usage, async ({ operands: [verb, ...operands], flags }) => {
  const root = typeof flags['root'] === 'string' ? resolve(flags['root']) : checkoutRoot();
  const [name, run, ...more] = operands;
  if (verb === 'take' && name !== undefined && run !== undefined && more.length === 0) {
    await take(findRun(run, process.cwd()), join(root, 'results/reference', name));
    return 0;
  }
  if ((verb !== 'write' && verb !== 'check') || name !== undefined)
    throw misuse(usage, `expected write, check, or take NAME RUN, got: ${process.argv.slice(2).join(' ')}`);
  const stale: string[] = [];
  for (const path of await documents(root)) {
    const before = await readFile(join(root, path), 'utf8');
    const after = await filled(before, join(root, 'results/reference'));
    if (after === before) continue;
    stale.push(path);
    if (verb === 'write') await writeFile(join(root, path), after);
  }
  for (const path of stale) process.stdout.write(`${path}\n`);
  return verb === 'check' && stale.length > 0 ? 1 : 0;
});

async function documents(root: string): Promise<string[]> {
  const docs = (await readdir(join(root, 'docs'))).filter((file) => file.endsWith('.md')).sort();
  return ['README.md', ...docs.map((file) => `docs/${file}`)];
}

async function take(run: string, into: string): Promise<void> {
  await Promise.all([readManifest(run), readSummary(run), readSamples(run)]);
  await rm(into, { recursive: true, force: true });
  await mkdir(join(into, 'plots'), { recursive: true });
  for (const file of kept) await cp(join(run, file), join(into, file), { recursive: true });
  const plots = (await readdir(join(run, 'plots'))).filter((file) => file.endsWith('.svg'));
  for (const file of plots) await cp(join(run, 'plots', file), join(into, 'plots', file));
}

import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { checkoutRoot } from '../harness/src/host/cache.ts';
import { summarySchema } from '../harness/src/measure/summary.ts';
import { drawRun } from '../harness/src/report/draw-run.ts';
import { summariseAgain } from '../harness/src/store/again.ts';
import { readManifest, readSamples, readSummary } from '../harness/src/store/read-run.ts';
import { findRun, writeChecked } from '../harness/src/store/run-folder.ts';
import { misuse, runScript, type Usage } from './command.mts';
import { filled } from './reference/marks.mts';

const usage: Usage = {
  script: 'reference.mts',
  about: "the committed reference runs, and the documents' tables and figures that are made from them",
  forms: {
    write: 'make the marked tables and figures of README.md and docs/*.md again',
    check: 'name the documents that differ from what write would make; ends 1 if any does',
    'take NAME RUN': 'make the run RUN the reference run results/reference/NAME',
    'again NAME': 'judge and draw results/reference/NAME again from its samples, by the rules of today',
  },
  flags: { root: { value: 'DIR', about: 'the checkout, instead of the one that this script lies in' } },
};

/** A reference run keeps its data, and the figures that documents show. */
const kept = ['manifest.json', 'samples.jsonl', 'summary.json', 'tables'];

await runScript(usage, async ({ operands: [verb, ...operands], flags }) => {
  const root = typeof flags['root'] === 'string' ? resolve(flags['root']) : checkoutRoot();
  const [name, run, ...more] = operands;
  if (verb === 'take' && name !== undefined && run !== undefined && more.length === 0) {
    await take(findRun(run, process.cwd()), join(root, 'results/reference', name));
    return 0;
  }
  if (verb === 'again' && name !== undefined && run === undefined) {
    await again(join(root, 'results/reference', name));
    return 0;
  }
  if ((verb !== 'write' && verb !== 'check') || name !== undefined)
    throw misuse(
      usage,
      `expected write, check, take NAME RUN, or again NAME, got: ${process.argv.slice(2).join(' ')}`,
    );
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

/** The summary and the figures of a committed run, made again. Its manifest and samples stay as they are. */
async function again(dir: string): Promise<void> {
  const drawn = await mkdtemp(join(tmpdir(), 'zerohop-reference-'));
  try {
    for (const file of kept.slice(0, 2)) await cp(join(dir, file), join(drawn, file));
    await writeChecked(join(drawn, 'summary.json'), summarySchema, await summariseAgain(dir));
    await drawRun(drawn, await readSummary(drawn), drawn);
    await take(drawn, dir);
  } finally {
    await rm(drawn, { recursive: true });
  }
}

async function take(run: string, into: string): Promise<void> {
  await Promise.all([readManifest(run), readSummary(run), readSamples(run)]);
  await rm(into, { recursive: true, force: true });
  await mkdir(join(into, 'plots'), { recursive: true });
  for (const file of kept) await cp(join(run, file), join(into, file), { recursive: true });
  const plots = (await readdir(join(run, 'plots'))).filter((file) => file.endsWith('.svg'));
  for (const file of plots) await cp(join(run, 'plots', file), join(into, 'plots', file));
}

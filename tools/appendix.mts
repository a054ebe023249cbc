import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { checkoutRoot } from '../harness/src/host/cache.ts';
import { latex, markdown } from './appendix/blocks.mts';
import { appendix } from './appendix/content.mts';
import { misuse, runScript, type Usage } from './command.mts';

const usage: Usage = {
  script: 'appendix.mts',
  about: "the artifact's appendix, as ARTIFACT.md and docs/appendix.tex",
  forms: {
    write: 'make both files again',
    check: 'name the files that differ from what write would make; ends 1 if any does',
  },
  flags: { root: { value: 'DIR', about: 'write below this folder instead of this checkout' } },
};

await runScript(usage, async ({ operands: [verb, ...operands], flags }) => {
  if ((verb !== 'write' && verb !== 'check') || operands.length > 0)
    throw misuse(usage, `expected write or check, got: ${process.argv.slice(2).join(' ')}`);
  const root = typeof flags['root'] === 'string' ? resolve(flags['root']) : checkoutRoot();
  const blocks = await appendix(join(checkoutRoot(), 'results/reference'));
  const texts = { 'ARTIFACT.md': markdown(blocks), 'docs/appendix.tex': latex(blocks) };
  let stale = 0;
  for (const [name, text] of Object.entries(texts)) {
    const path = join(root, name);
    if ((await readFile(path, 'utf8').catch(() => '')) === text) continue;
    stale += 1;
    process.stdout.write(`${name}\n`);
    if (verb === 'write') await writeFile(path, text);
  }
  return verb === 'check' && stale > 0 ? 1 : 0;
});

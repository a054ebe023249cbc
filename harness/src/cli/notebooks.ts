import { readFile, writeFile } from 'node:fs/promises';
import { executed } from '../artifact/notebooks/execute.ts';
import { notebookPaths } from '../artifact/notebooks/notebook-file.ts';
import { typeErrors } from '../artifact/notebooks/type-check.ts';
import { exitCodes, Failure } from '../host/failure.ts';
import { ensurePackages } from '../host/install.ts';
import { parseArguments } from './arguments.ts';
import type { CommandContext } from './main.ts';
import { outcomeLine } from './outcome.ts';
import { drawProgress } from './progress.ts';

/** Type-checks and executes the notebooks, and compares what they show with what is committed, or writes it. */
export async function notebooks(argv: string[], { signal }: CommandContext): Promise<number> {
  const { flags, operands } = parseArguments('notebooks', argv);
  await ensurePackages(['notebook'], signal);
  const all = await notebookPaths();
  const unknown = operands.find((name) => !all.has(name));
  if (unknown !== undefined)
    throw new Failure('usage', `Expected some of ${[...all.keys()].join(', ')}, got ${unknown}.`, {
      next: 'npm run notebooks, without names, takes all',
    });
  const asked = new Map([...all].filter(([name]) => operands.length === 0 || operands.includes(name)));
  const findings = await typeErrors(asked);
  const { progress, end } = drawProgress();
  try {
    let done = 0;
    for (const [name, path] of asked) {
      progress({ what: `notebook ${name}`, done: done++, of: asked.size });
      const text = await executed(path, undefined, signal);
      if (text === (await readFile(path, 'utf8'))) continue;
      if (flags.write) await writeFile(path, text);
      else findings.push(`${path} shows something else when it is executed (--write keeps that)`);
    }
  } finally {
    end();
  }
  for (const finding of findings) process.stderr.write(`zerohop: ${finding}\n`);
  if (findings.length > 0) process.stderr.write(outcomeLine('regression', exitCodes.regression));
  else process.stdout.write(`${[...asked.keys()].join(', ')}: ${flags.write ? 'written' : 'as committed'}\n`);
  return findings.length === 0 ? 0 : exitCodes.regression;
}

import { resolve } from 'node:path';
import { Failure } from '../host/failure.ts';
import { mergeShards } from '../run/merge/merge.ts';
import type { Round } from '../run/merge/rounds.ts';
import { findRun } from '../store/run-folder.ts';
import type { Arguments } from './arguments.ts';
import { concludeRun } from './experiment-result.ts';

/** `experiment NAME -- --merge DIR...`: the folders after the first one come as operands. */
export async function mergeExperiment(
  { flags, operands, given }: Arguments<'experiment'>,
  cwd: string,
): Promise<number> {
  const [name = '', ...more] = operands;
  const stray = given.find((flag) => flag.name !== 'merge' && flag.name !== 'gate');
  if (stray !== undefined)
    throw new Failure('usage', `Expected --merge without --${stray.name}: the shards say what was measured.`);
  const dirs = [...flags.merge, ...more].map((dir) => resolve(findRun(dir, cwd)));
  const merged = await mergeShards(dirs, name);
  return concludeRun(merged, { gate: flags.gate, more: roundText(merged.next) });
}

function roundText(next: Round | null): string {
  if (next === null) return '';
  return `\nnot precise yet; the next boots are ${next.boots.join(', ')}:\n  ${next.command}\n`;
}

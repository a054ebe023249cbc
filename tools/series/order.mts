import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../harness/src/host/failure.ts';
import { readSeries, seriesNames } from '../../harness/src/kernel/patches.ts';

/** A line a series of the default, with how many patches it has. */
export function readOrderText(root: string): string {
  return seriesNames(root)
    .map((name) => `${name} (${readSeries(join(root, 'series', name)).length})\n`)
    .join('');
}

/** Makes these series the default, in this order. The comments at the head of the file stay. */
export function writeOrder(root: string, names: readonly string[]): void {
  const file = join(root, 'series/order');
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined)
    throw new Failure('usage', `${twice} is named twice`, { next: 'name each series once' });
  for (const name of names) readSeries(join(root, 'series', name));
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const end = lines.findIndex((line) => !line.startsWith('#'));
  const head = lines.slice(0, end === -1 ? lines.length : end);
  writeFileSync(file, `${[...head, ...names].join('\n')}\n`);
}

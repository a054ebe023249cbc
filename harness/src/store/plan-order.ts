import { readFile, rename, writeFile } from 'node:fs/promises';
import type { BootPlan } from '../experiment/boot-plan.ts';
import { type Sample, sampleSchema } from '../workload/sample.ts';
import { cellName } from './events.ts';

/**
 * Puts the samples of a whole run in the order of its plan. Boots that ran side by side have recorded theirs in an
 * order that depends on the machine. Every line stays, so the sizes that the journal has noted count as before.
 */
export async function putInPlanOrder(path: string, boots: readonly BootPlan[]): Promise<void> {
  const places = placesOf(boots);
  const placeOf = (line: string) => places.get(keyOf(sampleSchema.parse(JSON.parse(line)))) ?? places.size;
  const lines = (await readFile(path, 'utf8')).split('\n').slice(0, -1);
  const placed = lines.map((line) => ({ line, place: placeOf(line) }));
  const text = placed.sort((a, b) => a.place - b.place).map(({ line }) => `${line}\n`);
  await writeFile(`${path}.new`, text.join(''), { flush: true });
  await rename(`${path}.new`, path);
}

function placesOf(boots: readonly BootPlan[]): Map<string, number> {
  const keys = boots.flatMap(({ index, steps }) => steps.map((step) => keyOf({ ...step, boot: index })));
  return new Map(keys.map((key, place) => [key, place]));
}

function keyOf(one: Pick<Sample, 'boot' | 'order' | 'variant' | 'params'>): string {
  return `${one.boot} ${one.order} ${cellName(one)}`;
}

import { expect, test } from 'vitest';
import { costsOf, costTable, minutesOf } from '../../../src/artifact/costs.ts';
import { firstClaim } from '../../../src/artifact/kick.ts';
import type { Experiment } from '../../../src/experiment/experiment.ts';
import { experiments } from '../../../src/experiment/index.ts';
import { planBoots } from '../../../src/measure/plan.ts';

const all = Object.values(await experiments());
const [first] = all as [Experiment];

test('the costs are those that the experiments declare, and memory covers the most hosts of a boot', () => {
  const costs = costsOf(all, 'paper');
  expect(minutesOf(costs)).toBe(all.reduce((sum, { minutes }) => sum + minutes.paper, 0));
  expect(costs.every(({ boots, diskMb }) => boots > 0 && diskMb >= boots)).toBe(true);
  expect(costs.find(({ name }) => name === 'cas')?.memoryMb).toBeGreaterThanOrEqual(4 * 512);
});

test('the table ends with the sum and what the machine has', () => {
  const lines = costTable(costsOf(all, 'quick'), { memoryMb: 8000.5, diskMb: 90_000 }).trimEnd().split('\n');
  expect(lines).toHaveLength(all.length + 3);
  expect(lines.at(-2)).toContain(`${all.reduce((sum, { minutes }) => sum + minutes.quick, 0)} min`);
  expect(lines.at(-1)).toMatch(/90000 MB free +8000 MiB/);
});

test('the first claim is one of the answer of the first experiment, in two short boots that can decide it', async () => {
  const { claim, options } = await firstClaim(first);
  expect(claim).toMatchObject({ where: { size: first.answer?.where['size'] }, clock: 'virtual' });
  const boots = planBoots({ ...options.request, matrices: first.matrices });
  const sides = [claim.ratio?.numerator, claim.ratio?.denominator];
  expect(boots).toHaveLength(2);
  for (const { steps } of boots) {
    expect(new Set(steps.map(({ variant }) => variant))).toEqual(new Set(sides));
    expect(steps).toHaveLength(4);
  }
});

test('the first claim says so when an experiment has none at its answer', async () => {
  const { answer, ...without } = first;
  await expect(
    firstClaim({ ...without, ...(answer && { answer: { ...answer, where: { size: 3 } } }) }),
  ).rejects.toThrow('no claim to try first');
});

import { expect, test } from 'vitest';
import {
  allowedOutcomes,
  type LitmusTest,
  litmusTests,
  mustBeSeen,
} from '../../../src/checks/fabric/memory-model.ts';
import { scene } from './scene.ts';

/** The barrier of its round sets the quantum for what comes after it. */
const fineQuantum = 'zerohop-structures --structure add --ops 1 --quantum 100';

test.each([
  { storeBuffer: 0, order: 'sequential' },
  { storeBuffer: 8, order: 'total-store-order' },
] as const)('the litmus tests see what is $order, and nothing else', async ({ storeBuffer, order }) => {
  const litmus = litmusTests.map((name) => `zerohop-litmus --test ${name} --rounds 500 --seconds 30`);
  const { said } = await scene({ commands: [fineQuantum, ...litmus], memory: { storeBuffer, farNs: 0 } });
  const tables = said.filter((line) => 'outcomes' in line);
  expect(tables.map((line) => line['test'])).toEqual([...litmusTests]);
  for (const { test: name, parties, outcomes, complete, rounds } of tables) {
    const seen = Object.keys(outcomes as object);
    const allowed = allowedOutcomes(order, name as LitmusTest, Number(parties));
    const wanted = mustBeSeen(order, name as LitmusTest);
    expect({ name, complete }).toEqual({ name, complete: true });
    expect({ name, forbidden: seen.filter((outcome) => !allowed.has(outcome)) }).toEqual({
      name,
      forbidden: [],
    });
    expect(rounds).toBeGreaterThanOrEqual(500);
    if (wanted !== undefined) expect(seen, `${name}`).toContain(wanted);
  }
});

import { expect, test } from 'vitest';
import type { Step } from '../../../src/experiment/boot-plan.ts';
import type { Host } from '../../../src/guest/host.ts';
import { runStep } from '../../../src/run/step.ts';
import { hostOn, type kernels } from './hosts.ts';

/** What a transaction costs, in instructions, by what was measured. */
type Costs = Record<'rr' | 'crr', number>;

/**
 * Of the unpatched kernel's. Linux runs an attached program at nine points of each connection, 115 instructions a
 * time before the program's own 30, and asks no program which of them it cares for: 1.2 % on this clock.
 */
const leastConnectionRate = { tcp: 0.99, 'tcp-declined': 0.985 } as const;

/**
 * The promise to everybody who does not use spliced sockets. `npm run experiment unpaired` tells the same with more
 * boots and sizes.
 */
test(
  'a connection that is never paired pays nothing for the series, nor for a program that declines',
  async () => {
    const [unpatched, patched] = await Promise.all([
      costsOn('unpatched', ['tcp']),
      costsOn('patched', ['tcp', 'tcp-declined']),
    ]);
    const before = unpatched.get('tcp');
    const told = JSON.stringify({ unpatched: [...unpatched], patched: [...patched] });
    for (const variant of ['tcp', 'tcp-declined'] as const) {
      const after = patched.get(variant);
      if (before === undefined || after === undefined) throw new Error(`nothing was measured: ${told}`);
      expect(after.rr / before.rr, `${variant}, round trips: ${told}`).toBeLessThan(1.003);
      const rate = before.crr / after.crr;
      expect(rate, `${variant}, connections: ${told}`).toBeGreaterThan(leastConnectionRate[variant]);
    }
  },
  90 * 60_000,
);

async function costsOn(kernel: keyof typeof kernels, variants: readonly string[]) {
  await using at = await hostOn(kernel, ['netperf']);
  const costs = new Map<string, Costs>();
  for (const variant of variants) {
    costs.set(variant, {
      rr: await cost(at.host, variant, 'rr'),
      // What a boot's first connections pay, to grow caches, is not theirs.
      crr: Math.min(await cost(at.host, variant, 'crr'), await cost(at.host, variant, 'crr')),
    });
  }
  return costs;
}

async function cost(host: Host, variant: string, kind: keyof Costs): Promise<number> {
  const params = {
    workload: 'netperf',
    topology: 'loopback',
    size: 1,
    clock: 'virtual',
    idle: null,
  } as const;
  const step: Step = {
    order: 0,
    variant,
    runs: variant,
    twin: null,
    params: { ...params, kernel: 'test', test: kind },
    warmup: false,
  };
  await runStep(host, 0, { ...step, warmup: true }, { slowIterations: 0 });
  const { samples } = await runStep(host, 0, step, { slowIterations: 0 });
  expect(samples.map(({ proof }) => proof.ok)).not.toContain(false);
  const found = samples.find(({ metric }) => metric === 'instructions_per_txn');
  if (found === undefined) throw new Error(`${variant} ${kind} told no instructions`);
  return found.value;
}

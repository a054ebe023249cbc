import { expect, test } from 'vitest';
import type { Step } from '../../../src/experiment/boot-plan.ts';
import type { Host } from '../../../src/guest/host.ts';
import { runStep } from '../../../src/run/step.ts';
import { cgroup } from '../../../src/workload/topology.ts';
import { hostOn, type kernels } from './hosts.ts';

/** Instructions a transaction. */
type Costs = Record<'rr' | 'crr', number>;

/** Those who do not use spliced sockets, and the least rate of their connections, of the unpatched kernel's. */
const situations = {
  'without a program': { variant: 'tcp', leastRate: 0.99 },
  /*
   * Linux runs an attached program at nine points of each connection, 115 instructions a time before the program's
   * own 30, and asks no program which of them it cares for: 1.2 % on this clock.
   */
  'with a program that declines': { variant: 'tcp-declined', leastRate: 0.985 },
  /* The hooks in TCP are turned on by the first program that could pair, and stay on. */
  'on a host that splices others': { variant: 'tcp', begin: spliceOthers, leastRate: 0.99 },
} as const;

/**
 * The promise to everybody who does not use spliced sockets. `npm run experiment unpaired` tells the same with more
 * boots and sizes.
 */
test(
  'a connection that is never paired pays nothing for the series, nor for a program that declines',
  async () => {
    const [unpatched, patched] = await Promise.all([
      costsOn('unpatched', ['without a program']),
      costsOn('patched', Object.keys(situations) as Situation[]),
    ]);
    const before = unpatched.get('without a program');
    const told = JSON.stringify({ unpatched: [...unpatched], patched: [...patched] });
    for (const [situation, after] of patched) {
      if (before === undefined) throw new Error(`nothing was measured: ${told}`);
      expect(after.rr / before.rr, `round trips ${situation}: ${told}`).toBeLessThan(1.003);
      const rate = before.crr / after.crr;
      expect(rate, `connections ${situation}: ${told}`).toBeGreaterThan(situations[situation].leastRate);
    }
  },
  90 * 60_000,
);

type Situation = keyof typeof situations;

async function costsOn(kernel: keyof typeof kernels, named: readonly Situation[]) {
  await using at = await hostOn(kernel, ['netperf']);
  const costs = new Map<Situation, Costs>();
  for (const situation of named) {
    const { variant, begin } = { begin: undefined, ...situations[situation] };
    await begin?.(at.host);
    costs.set(situation, {
      rr: await cost(at.host, variant, 'rr'),
      // The first connections of a boot also pay for growing caches.
      crr: Math.min(await cost(at.host, variant, 'crr'), await cost(at.host, variant, 'crr')),
    });
  }
  return costs;
}

async function spliceOthers(host: Host): Promise<void> {
  await host.must(['splicectl', 'enable', '--cgroup', cgroup, '--port', '1'], { timeoutMs: 60_000 });
  await host.must(['splicectl', 'disable'], { timeoutMs: 60_000 });
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

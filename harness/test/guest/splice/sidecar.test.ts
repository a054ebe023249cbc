import { expect, test } from 'vitest';
import type { Step } from '../../../src/experiment/boot-plan.ts';
import { runStep } from '../../../src/run/step.ts';
import { hostOn } from './hosts.ts';

const step: Step = {
  ...{ order: 0, variant: 'splice', runs: 'splice', twin: null, warmup: false },
  params: {
    ...{ workload: 'sidecar', topology: 'container', size: 1024, clock: 'virtual', idle: null },
    ...{ kernel: 'patched', test: 'rr' },
  },
};

test(
  'the bytes of each hop through REDIRECT, DNAT and two proxies go through rings',
  async () => {
    await using at = await hostOn('patched', ['sidecar']);
    const { samples, transactions } = await runStep(at.host, 0, step, { slowIterations: 0 });
    expect(transactions).toBeGreaterThan(1000);
    for (const { proof } of samples) {
      expect(proof).toMatchObject({
        ok: true,
        observed: expect.stringMatching(/into rings zh-client \d+, zh-gateway \d+, zh-server \d+$/),
      });
    }
  },
  30 * 60_000,
);

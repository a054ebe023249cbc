import { expect, test } from 'vitest';
import { behaviourOf } from '../../../src/checks/splice/behaviour.ts';
import { resolveKernel } from '../../../src/kernel/resolve.ts';

const minuteMs = 60_000;

/** A family each; the nightly's kernels run all of them. Both at once, as most of a case is waiting. */
test.concurrent.each([
  ['on loopback', ['--family', 'ipv4']],
  ['between containers', ['--container', '--family', 'mapped']],
])('%s a spliced pair does what TCP does', { timeout: 40 * minuteMs }, async (_where, args) => {
  const found = await behaviourOf(await resolveKernel(undefined), {
    clock: 'wall',
    memoryMb: 1024,
    signal: new AbortController().signal,
    arguments: args,
    timeoutMs: 30 * minuteMs,
  });
  expect(found).toEqual({ passed: expect.any(Array), failed: [], differences: '' });
  expect(found.passed.length).toBeGreaterThan(70);
});

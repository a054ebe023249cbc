import { describe, expect, it } from 'vitest';
import { controlsOf, controlWarnings } from '../../../src/measure/controls.ts';
import { random } from '../../../src/measure/random.ts';
import { summarise } from '../../../src/measure/summarise.ts';
import type { Profile } from '../../../src/measure/summary.ts';
import { matrix, normal, point, sample, wall } from './made.ts';

/** tcp, tcp again, and tcp slowed by `slowdown`, in the same boots. */
const run = (slowdown: number, sigma: number, clock: 'virtual' | 'wall', profile: Profile = 'paper') => {
  const next = random(5);
  const params = clock === 'wall' ? wall() : point();
  const samples = [0, 1, 2, 3, 4].flatMap((boot) => {
    const level = 20_000 * Math.exp(0.2 * normal(next));
    const noisy = (rate: number) => rate * Math.exp(sigma * normal(next));
    return [
      sample('tcp', boot, noisy(level), params),
      sample('tcp.again', boot, noisy(level), params),
      sample('tcp.slow', boot, noisy(level / slowdown), params),
    ];
  });
  return summarise({
    experiment: { name: 'netperf', matrices: [matrix], baseline: 'tcp', ratios: [] },
    profile,
    kernels: ['default'],
    claims: [],
    samples,
    unavailable: [],
    warnings: [],
  });
};

describe('controls', () => {
  it.each(['virtual', 'wall'] as const)('find A/A equivalent and 5 %% slower on the %s clock', (clock) => {
    const summary = run(1.05, 0.002, clock);
    const controls = controlsOf(summary.ratios);
    expect(controls.map(({ kind, isFound }) => [kind, isFound])).toEqual([
      ['again', true],
      ['slow', true],
    ]);
    expect(controls[0]?.reach).toBeLessThan(0.02);
    expect(summary.warnings).toEqual([]);
  });

  it('warn when a slowdown is not found', () => {
    const summary = run(1.0, 0.002, 'virtual');
    expect(summary.warnings).toHaveLength(1);
    expect(summary.warnings[0]).toMatch(/tcp.slow\/tcp.*should be slower, and is equivalent/);
  });

  it('warn when noise hides that a variant equals itself', () => {
    const warnings = controlWarnings(controlsOf(run(1.05, 0.1, 'wall').ratios));
    expect(warnings.some((line) => line.includes('A/A should be equivalent'))).toBe(true);
  });

  it('say nothing in a smoke run', () => {
    expect(controlsOf(run(1.05, 0.002, 'virtual', 'smoke').ratios)).toEqual([]);
  });
});

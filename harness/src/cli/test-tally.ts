import type { Reporter, TestCase, TestModule } from 'vitest/node';
import type { FileTime } from './slowest.ts';

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

export function addTallies(tallies: readonly Tally[]): Tally {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const { passed, failed, skipped } of tallies) {
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped;
  }
  return sum;
}

/** Counts the tests, and prints why a test was skipped. Vitest's own reporter shows failures. */
export class TallyReporter implements Reporter {
  readonly tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  readonly times: FileTime[] = [];

  onTestModuleEnd(module: TestModule): void {
    const { collectDuration, duration } = module.diagnostic();
    this.times.push({ file: module.relativeModuleId, ms: collectDuration + duration });
  }

  onTestCaseResult(testCase: TestCase): void {
    const result = testCase.result();
    // A pending test was not reached because the run was stopped. It counts as failed.
    if (result.state === 'pending') this.tally.failed++;
    else this.tally[result.state]++;
    if (result.state !== 'skipped') return;
    const why = result.note ?? 'it does not say why';
    process.stdout.write(`skipped: ${testCase.module.relativeModuleId}: ${testCase.fullName}: ${why}\n`);
  }

  /** Counts failures outside of tests: a file that cannot be imported, a hook that throws. */
  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandled: ReadonlyArray<unknown>): void {
    const broken = modules.flatMap((module) => [module, ...module.children.allSuites()]);
    this.tally.failed += unhandled.length + broken.filter((part) => part.errors().length > 0).length;
  }
}

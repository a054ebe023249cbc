import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node';
import type { FileTime } from './slowest.ts';

export interface Tally {
  passed: number;
  /** Each failed test, with the first line that says why. */
  failed: string[];
  skipped: number;
}

export function addTallies(tallies: readonly Tally[]): Tally {
  const sum: Tally = { passed: 0, failed: [], skipped: 0 };
  for (const { passed, failed, skipped } of tallies) {
    sum.passed += passed;
    sum.failed.push(...failed);
    sum.skipped += skipped;
  }
  return sum;
}

/** Counts the tests, and prints why a test was skipped. Vitest's own reporter shows failures. */
export class TallyReporter implements Reporter {
  readonly tally: Tally = { passed: 0, failed: [], skipped: 0 };
  readonly times: FileTime[] = [];

  onTestModuleEnd(module: TestModule): void {
    const { collectDuration, duration } = module.diagnostic();
    this.times.push({ file: module.relativeModuleId, ms: collectDuration + duration });
  }

  onTestCaseResult(testCase: TestCase): void {
    const result = testCase.result();
    const name = `${testCase.module.relativeModuleId}: ${testCase.fullName}`;
    // A pending test was not reached because the run was stopped. It counts as failed.
    if (result.state === 'pending') this.tally.failed.push(`${name}: not reached`);
    else if (result.state === 'failed') this.tally.failed.push(`${name}: ${firstLine(result.errors[0])}`);
    else this.tally[result.state]++;
    if (result.state !== 'skipped') return;
    process.stdout.write(`skipped: ${name}: ${result.note ?? 'it does not say why'}\n`);
  }

  /** Counts failures outside of tests: a file that cannot be imported, a hook that throws. */
  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandled: ReadonlyArray<{ message: string }>): void {
    for (const module of modules)
      for (const part of [module, ...module.children.allSuites()]) {
        const [error] = part.errors();
        if (error) this.tally.failed.push(`${nameOf(part)}: ${firstLine(error)}`);
      }
    this.tally.failed.push(...unhandled.map((error) => `outside of the tests: ${firstLine(error)}`));
  }
}

function nameOf(part: TestModule | TestSuite): string {
  return part.type === 'module' ? part.relativeModuleId : `${part.module.relativeModuleId}: ${part.fullName}`;
}

function firstLine(error: { message: string } | undefined): string {
  return error?.message.split('\n', 1)[0] ?? 'no error was given';
}

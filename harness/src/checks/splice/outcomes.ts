export type TestOutcome = 'passed' | 'failed' | 'skipped';

/** Key: the name of the test. */
export type Outcomes = ReadonlyMap<string, TestOutcome>;

/** Two runs of the same tests; the tests are named in one list each. */
export interface Difference {
  passed: string[];
  /** Passed over TCP alone. */
  lost: string[];
  /** Failed over TCP, and not passed over the splice. */
  failedInBoth: string[];
}

export function compareOutcomes(plain: Outcomes, spliced: Outcomes): Difference {
  const among = (of: TestOutcome, ends: (outcome: TestOutcome | undefined) => boolean) =>
    [...plain].flatMap(([test, outcome]) => (outcome === of && ends(spliced.get(test)) ? [test] : []));
  const passes = (outcome: TestOutcome | undefined) => outcome === 'passed';
  const fails = (outcome: TestOutcome | undefined) => outcome !== 'passed';
  return {
    passed: among('passed', passes),
    lost: among('passed', fails),
    failedInBoth: among('failed', fails),
  };
}

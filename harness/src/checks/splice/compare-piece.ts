import { compareOutcomes, type Outcomes } from './outcomes.ts';

export type Carrier = 'tcp' | 'splice';

interface Ran {
  outcomes: Outcomes;
  ringBytes: number;
  /** Whether the time limit ended it. */
  timedOut: boolean;
}

/** Runs these tests; all of them if none is named. */
export type RunTests = (over: Carrier, tests: readonly string[]) => Promise<Ran>;

/** Faults of the splice, and observations that are no faults, a line each. */
interface Compared {
  findings: string[];
  observed: string[];
}

/** A test that passed over TCP alone is run so often again, without the others, over each. */
const repeats = 5;

/** Tests over TCP and over the splice. A test that keeps failing over the splice alone is a finding. */
export async function comparePiece(run: RunTests): Promise<Compared> {
  const plain = await run('tcp', []);
  const spliced = await run('splice', []);
  const { passed, lost, failedInBoth } = compareOutcomes(plain.outcomes, spliced.outcomes);
  const findings: string[] = [];
  const observed = [`${passed.length} tests pass in both, ${spliced.ringBytes} bytes through rings`];
  if (plain.timedOut) findings.push('over TCP it does not end in time');
  if (spliced.timedOut) findings.push('over the splice it does not end in time');
  if (plain.ringBytes > 0) findings.push(`over TCP ${plain.ringBytes} bytes went through rings`);
  if (spliced.ringBytes === 0) findings.push('nothing went through rings');
  if (passed.length === 0) findings.push('no test passes');
  if (failedInBoth.length > 0) observed.push(`fail in both: ${failedInBoth.join(', ')}`);
  for (const [test, { tcp, splice }] of await runAgain(lost, run))
    if (splice > 0 && tcp === 0)
      findings.push(
        `${test} passes over TCP and fails over the splice, and alone in ${splice} of ${repeats} runs`,
      );
    else
      observed.push(
        `${test} failed once over the splice, alone in ${splice} of ${repeats} runs, over TCP in ${tcp}`,
      );
  return { findings, observed };
}

/** In how many runs each test did not pass. */
async function runAgain(
  tests: readonly string[],
  run: RunTests,
): Promise<Map<string, Record<Carrier, number>>> {
  const failures = new Map(tests.map((test) => [test, { tcp: 0, splice: 0 }]));
  if (tests.length === 0) return failures;
  for (let round = 0; round < repeats; round++)
    for (const over of ['tcp', 'splice'] as const) {
      const { outcomes } = await run(over, tests);
      for (const [test, counts] of failures) if (outcomes.get(test) !== 'passed') counts[over]++;
    }
  return failures;
}

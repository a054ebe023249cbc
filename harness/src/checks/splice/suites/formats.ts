import type { Outcomes, TestOutcome } from '../outcomes.ts';

/** Lines of an event and a test's name. The last event counts: a test that began and never ended has failed. */
export function readEvents(text: string): Outcomes {
  const events = [...text.matchAll(/^(began|passed|failed|skipped) (.+)$/gm)];
  return new Map(
    events.map(([, event, test = '']) => [test, event === 'began' ? 'failed' : (event as TestOutcome)]),
  );
}

/** The Test Anything Protocol: `ok 3 - name # SKIP reason`. */
export function readTap(text: string): Outcomes {
  const lines = [...text.matchAll(/^(not ok|ok) \d+ - (\S+)(.*)$/gm)];
  return new Map(
    lines.map(([, verdict, test = '', rest = '']) => [
      test,
      verdict === 'not ok' ? 'failed' : /# SKIP/i.test(rest) ? 'skipped' : 'passed',
    ]),
  );
}

/** tinytest: `group/test: [forking] OK`, or the same with a test's own output in between and its verdict below. */
export function readTinytest(text: string): Outcomes {
  const outcomes = new Map<string, TestOutcome>();
  let test: string | undefined;
  for (const line of text.split('\n')) {
    test = /^([\w-]+\/[\w/-]+):/.exec(line)?.[1] ?? test;
    const verdict = /\b(OK|SKIPPED|DISABLED|FAILED)\b\]?\)?$/.exec(line.trimEnd())?.[1];
    if (test === undefined || verdict === undefined) continue;
    outcomes.set(test, verdict === 'OK' ? 'passed' : verdict === 'FAILED' ? 'failed' : 'skipped');
    test = undefined;
  }
  return outcomes;
}

import type { Clock } from '../host/clock.ts';
import { Failure } from '../host/failure.ts';
import { type Testbed, testbedId } from '../store/testbed.ts';

/** Why a run that began on `recorded` is not resumed on `here` with these clocks; null where figures may be mixed. */
export function testbedChange(recorded: Testbed, here: Testbed, clocks: readonly Clock[]): string | null {
  const changed = clocks.filter((clock) => testbedId(clock, recorded) !== testbedId(clock, here));
  if (changed.length === 0) return null;
  const facts = (Object.keys(here) as (keyof Testbed)[]).filter(
    (fact) => text(recorded[fact]) !== text(here[fact]),
  );
  const list = facts.map((fact) => `${fact} was ${text(recorded[fact])} and is ${text(here[fact])}`);
  return `the testbed of the ${changed.join(' and the ')} clock has changed: ${list.join('; ')}`;
}

/** `next`: how to resume all the same. */
export function otherTestbed(change: string, resume: string): Failure {
  return new Failure('usage', change, {
    next: `resume where the run began, or add --other-testbed, which the run records:\n${resume} --other-testbed`,
  });
}

const text = (fact: unknown) => (typeof fact === 'string' ? fact : JSON.stringify(fact));

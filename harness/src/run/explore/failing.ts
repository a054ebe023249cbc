import { z } from 'zod';
import { Failure } from '../../host/failure.ts';

const lineSchema = z.object({ seed: z.int(), wrong: z.int(), turns: z.int() });

/** The program's line about a seed that went wrong. */
export type FailingSeed = z.infer<typeof lineSchema>;

/** The seeds that failed, as the program printed them. If the play was ended, the last line may be cut off. */
export function failuresIn(output: string): FailingSeed[] {
  return output
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.startsWith('{"seed":'))
    .map(failureIn)
    .filter(({ wrong }) => wrong > 0);
}

function failureIn(line: string): FailingSeed {
  try {
    return lineSchema.parse(JSON.parse(line));
  } catch (cause) {
    throw new Failure('infra', `Expected {"seed":N,"wrong":N,"turns":N} of the program, got ${line}`, {
      cause,
    });
  }
}

/** By the order of the seeds, each once: every host may have a line about it. */
export function failingSeeds(outputs: readonly string[]): FailingSeed[] {
  const bySeed = new Map<number, FailingSeed>();
  for (const one of outputs.flatMap(failuresIn)) if (!bySeed.has(one.seed)) bySeed.set(one.seed, one);
  return [...bySeed.values()].sort((a, b) => a.seed - b.seed);
}

/** With the fewest turns: the easiest to understand. */
export function shortest(failing: readonly FailingSeed[]): FailingSeed | undefined {
  return [...failing].sort((a, b) => a.turns - b.turns || a.seed - b.seed)[0];
}

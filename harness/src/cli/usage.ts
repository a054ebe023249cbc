import type { z } from 'zod';

/** A flag of a verb; one without a `type` is a switch. */
export interface Flag {
  name: string;
  /** What it takes, in the words of the help. */
  value?: string;
  /** Makes a value of the text that was given. Its messages complete "Expected --NAME to be ...". */
  type?: z.ZodType;
  /** A text that `type` accepts, for the message about one that it does not. */
  example?: string;
  /** The text that stands for an absent flag. */
  default?: string;
  required?: true;
  /** May be given several times: its values are an array. */
  repeat?: true;
  about: string;
}

export interface Operands {
  type: z.ZodType<readonly (string | undefined)[]>;
  /** Completes "Expected ...", where `type` refuses what was given. */
  expected: string;
}

export interface Usage {
  /** What follows `npm run VERB`, one form a line, without the flags. */
  forms: readonly string[];
  about: string;
  operands: Operands;
  flags: readonly Flag[];
  /** How many operands may stand before the flags ("netperf" in `experiment netperf -- --dry-run`). */
  leading: number;
  /** What follows `--` is a command to run. */
  command?: true;
  /** The status of whatever goes wrong, where its caller has a meaning of its own for ours. */
  failed?: number;
  /** What a flag's value names, a row each, for the help. */
  list?: readonly (readonly string[])[];
}

/** The value of a flag by its row: undefined is for one that is absent and has no default. */
type ValueOf<F> = F extends { type: infer T extends z.ZodType }
  ? F extends { repeat: true }
    ? z.output<T>[]
    : F extends { default: string } | { required: true }
      ? z.output<T>
      : z.output<T> | undefined
  : boolean;

/** Values by the names of flags, as a verb's rows declare them. */
export type FlagValues<U extends Usage> = {
  [F in U['flags'][number] as F['name']]: ValueOf<F>;
};

export type OperandValues<U extends Usage> = z.output<U['operands']['type']>;

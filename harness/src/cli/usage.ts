import type { z } from 'zod';

/** A flag of a verb; one without a `type` is a switch. */
export interface Flag {
  name: string;
  /** The name of its value in the help. */
  value?: string;
  /** Parses the given text. Its messages complete "Expected --NAME to be ...". */
  type?: z.ZodType;
  /** A text that `type` accepts, for messages. */
  example?: string;
  /** The text of an absent flag. */
  default?: string;
  required?: true;
  /** May be given several times: its values are an array. */
  repeat?: true;
  about: string;
}

export interface Operands {
  type: z.ZodType<readonly (string | undefined)[]>;
  /** Completes "Expected ..." if `type` refuses the operands. */
  expected: string;
}

export interface Usage {
  /** The forms after `npm run VERB`, without the flags. */
  forms: readonly string[];
  about: string;
  operands: Operands;
  flags: readonly Flag[];
  /** The number of operands before the flags ("netperf" in `experiment netperf -- --dry-run`). */
  leading: number;
  /** Whether a command to run follows `--`. */
  command?: true;
  /** The exit status of all failures, if the caller of the verb uses other meanings. */
  failed?: number;
  /** Rows about the possible values of a flag, for the help. */
  list?: readonly (readonly string[])[];
}

/** The value of a flag by its row; undefined if it is absent and has no default. */
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

/** The kinds of failure. The exit codes are a contract with outside scripts (docs/architecture.md). */
export const exitCodes = {
  regression: 1,
  usage: 2,
  infra: 3,
  kernel: 4,
  cell: 5,
  timeout: 124,
} as const;

export type FailureKind = keyof typeof exitCodes;

/** The facts that a user needs besides the message: the path of the log, and what to do next. */
export interface FailureFacts {
  log?: string;
  next?: string;
  cause?: unknown;
}

/** Every expected failure is thrown as one of these. Any other error that escapes is a bug of zerohop. */
export class Failure extends Error {
  readonly kind: FailureKind;
  readonly log: string | undefined;
  readonly next: string | undefined;

  constructor(kind: FailureKind, message: string, facts: FailureFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'Failure';
    this.kind = kind;
    this.log = facts.log;
    this.next = facts.next;
  }

  get exitCode(): number {
    return exitCodes[this.kind];
  }
}

/** Thrown if something is not in the cache and the caller forbids to build it. */
export class NotBuilt extends Failure {
  constructor(what: string, next: string) {
    super('infra', `${what} is not built yet`, { next });
  }
}

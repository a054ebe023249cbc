import { Readable } from 'node:stream';
import { Failure } from '../../host/failure.ts';
import type { RunOptions, RunResult } from '../spec.ts';
import { cStrings, type Frame, type FrameSender, frameMaxBytes, frameTypes, u32s } from './frames.ts';
import { Outlet } from './outlet.ts';
import { StdinFeed } from './stdin.ts';

/** How long a killed command may take to end. A slower one is a failure of the kernel. */
const killGraceMs = 10_000;

/** The host's end of one command in a guest, from RUN to EXIT. */
export class Command {
  readonly result: Promise<RunResult>;
  readonly #id: number;
  readonly #send: FrameSender;
  readonly #onSurvival: () => void;
  readonly #stdout: Outlet;
  readonly #stderr: Outlet;
  readonly #stdin: StdinFeed | undefined;
  readonly #onAbort: () => void;
  readonly #signal: AbortSignal | undefined;
  #timer: NodeJS.Timeout | undefined;
  #timedOut = false;
  #resolve!: (result: RunResult) => void;
  #reject!: (reason: unknown) => void;

  /** `onSurvival` is called if the command is killed and does not end. */
  constructor(
    id: number,
    send: FrameSender,
    argv: readonly string[],
    options: RunOptions,
    onSurvival: () => void,
  ) {
    this.#id = id;
    this.#send = send;
    this.#onSurvival = onSurvival;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.result.catch(() => {});
    this.#stdout = new Outlet(
      options.onStdout,
      (bytes) => this.#grant(frameTypes.stdout, bytes),
      this.#giveUp,
    );
    this.#stderr = new Outlet(
      options.onStderr,
      (bytes) => this.#grant(frameTypes.stderr, bytes),
      this.#giveUp,
    );
    send(id, frameTypes.run, runRequest(argv, options));
    this.#stdin = this.#feed(options.stdin);
    this.#signal = options.signal;
    this.#onAbort = () => this.#giveUp(this.#signal?.reason);
    this.#signal?.addEventListener('abort', this.#onAbort, { once: true });
    if (options.timeoutMs !== undefined) this.#timer = setTimeout(this.#onTimeout, options.timeoutMs);
  }

  receive({ type, payload }: Frame): void {
    if (type === frameTypes.stdout) this.#stdout.push(payload);
    if (type === frameTypes.stderr) this.#stderr.push(payload);
    if (type === frameTypes.credit) this.#stdin?.grant(payload.readUInt32LE(4));
    if (type === frameTypes.exit) void this.#exit(payload.readUInt32LE(0));
  }

  /** Called when the host has ended. */
  fail(reason: unknown): void {
    this.#release();
    this.#reject(reason);
  }

  signal(number: number): void {
    this.#send(this.#id, frameTypes.signal, u32s(number));
  }

  resize(rows: number, columns: number): void {
    this.#send(this.#id, frameTypes.windowSize, u32s(rows, columns));
  }

  #feed(stdin: Uint8Array | Readable | undefined): StdinFeed | undefined {
    const end = () => this.#send(this.#id, frameTypes.stdinEof);
    if (stdin === undefined) {
      end();
      return undefined;
    }
    const source = stdin instanceof Uint8Array ? Readable.from([stdin]) : stdin;
    return new StdinFeed(source, { send: (chunk) => this.#send(this.#id, frameTypes.stdin, chunk), end });
  }

  #grant(stream: number, bytes: number): void {
    this.#send(this.#id, frameTypes.credit, u32s(stream, bytes));
  }

  readonly #onTimeout = (): void => {
    this.#timedOut = true;
    this.#send(this.#id, frameTypes.kill);
    this.#timer = setTimeout(() => {
      // The command may only seem alive because a consumer of this harness is stuck.
      if (this.#stdout.busy || this.#stderr.busy) this.#end(128 + 9);
      else this.#onSurvival();
    }, killGraceMs);
  };

  /** Abandons the result. The command's further output is discarded, so that it can end. */
  readonly #giveUp = (reason: unknown): void => {
    this.#send(this.#id, frameTypes.kill);
    this.#stdout.discard();
    this.#stderr.discard();
    this.fail(reason);
  };

  async #exit(status: number): Promise<void> {
    await Promise.all([this.#stdout.drained(), this.#stderr.drained()]);
    this.#end(status);
  }

  #end(status: number): void {
    this.#release();
    const [stdout, stderr] = [this.#stdout.gathered(), this.#stderr.gathered()];
    this.#resolve({ status, timedOut: this.#timedOut, stdout, stderr });
  }

  #release(): void {
    clearTimeout(this.#timer);
    this.#stdin?.stop();
    this.#signal?.removeEventListener('abort', this.#onAbort);
  }
}

function runRequest(argv: readonly string[], options: RunOptions): Buffer {
  const { cwd = '/', env = {}, terminal } = options;
  if (argv.length === 0) throw new TypeError('expected a command, got an empty argv');
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const request = Buffer.concat([
    u32s(terminal ? 1 : 0, terminal?.rows ?? 0, terminal?.columns ?? 0, argv.length, variables.length),
    cStrings(cwd, ...argv, ...variables),
  ]);
  if (request.length <= frameMaxBytes) return request;
  const what = `expected a command and environment of at most ${frameMaxBytes} bytes, got ${request.length}`;
  throw new Failure('usage', what, { next: 'put it into a file and share that (--share)' });
}

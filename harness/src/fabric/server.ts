import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { Failure } from '../host/failure.ts';
import { withParentDeathSignal } from '../host/parent-death.ts';
import { builtFabricd } from './fabricd.ts';
import type { LatencyProfile } from './profile.ts';

export const operations = ['load', 'store', 'fence', 'cmpxchg', 'xchg', 'add', 'and', 'or', 'xor'] as const;

export type Operation = (typeof operations)[number];

const hostSchema = z.object({
  host: z.int(),
  connected: z.boolean(),
  /** Those put into effect, by kind. */
  operations: z.record(z.enum(operations), z.int()),
  bytes: z.int(),
  cas_failed: z.int(),
  /** How many operations the server held for up to 2^index nanoseconds. */
  held_log2_ns: z.array(z.int()),
});
export type HostStatistics = z.infer<typeof hostSchema>;

const eventSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('listening'), address: z.string() }),
  z.object({ event: z.literal('connected'), host: z.int() }),
  z.object({ event: z.literal('gone'), host: z.int(), operation: z.int(), in_flight: z.boolean() }),
  z.object({ event: z.literal('stopped'), host: z.int(), operation: z.int() }),
  /** We did not read for a while. */
  z.object({ event: z.literal('dropped'), lines: z.int() }),
  z.object({ event: z.literal('stats'), hosts: z.array(hostSchema) }),
  z.object({ event: z.literal('done') }),
  z.object({ event: z.literal('unknown') }),
]);
type ServerEvent = z.infer<typeof eventSchema>;
type Answer = Extract<ServerEvent, { event: 'stats' | 'done' | 'unknown' }>;

/** Starts fabricd on a free port of the loopback device. It ends with us. */
export async function startServer(
  { memoryBytes, trace }: { memoryBytes: number; trace?: string | undefined },
  signal?: AbortSignal,
): Promise<Server> {
  const options = ['--size', `${memoryBytes}`, ...(trace === undefined ? [] : ['--trace', trace])];
  const server = new Server(await builtFabricd(), options);
  const { event } = await server.next((candidate) => candidate.event === 'listening', signal);
  if (event === undefined) throw new Failure('infra', `fabricd did not start: ${server.complaint}`);
  server.address = event.event === 'listening' ? event.address : '';
  return server;
}

export class Server {
  address = '';
  complaint = '';
  readonly #process: ChildProcess;
  readonly #exit: Promise<void>;
  readonly #events: ServerEvent[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #answers: ((answer: Answer | undefined) => void)[] = [];
  #ended = false;

  constructor(program: string, options: readonly string[]) {
    const [command, ...args] = withParentDeathSignal([program, '--control', ...options]);
    this.#process = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    this.#exit = new Promise((resolve) => {
      this.#process.on('close', () => resolve(this.#end()));
      this.#process.on('error', (error) => resolve(this.#end(error.message)));
    });
    this.#process.stdin?.on('error', () => {});
    this.#process.stderr?.on('data', (chunk: Buffer) => {
      this.complaint = (this.complaint + chunk).slice(-4096);
    });
    const lines = createInterface({ input: this.#process.stdout as NodeJS.ReadableStream });
    lines.on('line', (line) => this.#take(eventSchema.parse(JSON.parse(line))));
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** The first event that fits, from the start on; none if the server ends or the signal comes first. */
  async next(
    fits: (event: ServerEvent) => boolean,
    signal?: AbortSignal,
  ): Promise<{ event: ServerEvent | undefined }> {
    for (;;) {
      const event = this.#events.find(fits);
      if (event !== undefined || this.#ended || signal?.aborted) return { event };
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#waiting.delete(wake);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        this.#waiting.add(wake);
        signal?.addEventListener('abort', wake);
      });
    }
  }

  async statistics(): Promise<HostStatistics[]> {
    const answer = await this.#ask('stats');
    return answer.event === 'stats' ? answer.hosts : [];
  }

  /** Every operation of the host takes this much longer, half of it before its effect. */
  async delay(host: number | 'all', latencyNs: number): Promise<void> {
    await this.#ask(`latency ${host} ${latencyNs}`);
  }

  /** As on a kind of memory, everything taking so many times as long: what a request costs here would hide the rest. */
  async profile(host: number | 'all', { name, times }: LatencyProfile): Promise<void> {
    await this.#ask(`profile ${host} ${name}:${times}`);
  }

  async pause(host: number | 'all'): Promise<void> {
    await this.#ask(`pause ${host}`);
  }

  async resume(host: number | 'all'): Promise<void> {
    await this.#ask(`resume ${host}`);
  }

  /** Holds the host's operation of that number, before or after its effect, and resolves once it does. */
  async holdOperation(host: number, operation: number, when: 'before' | 'after'): Promise<void> {
    await this.#ask(`stop ${host} ${operation} ${when}`);
    await this.next((event) => event.event === 'stopped' && event.host === host);
  }

  /** Stops the whole server in its tracks, as a machine that hangs. */
  freeze(): void {
    this.#process.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#exit;
  }

  /** Lets it write its trace to the end. */
  async end(): Promise<void> {
    this.thaw();
    this.#process.stdin?.end();
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), 2000);
    await this.#exit;
    clearTimeout(timer);
  }

  async #ask(line: string): Promise<Answer> {
    const answer = await new Promise<Answer | undefined>((resolve) => {
      if (this.#ended) return resolve(undefined);
      this.#answers.push(resolve);
      this.#process.stdin?.write(`${line}\n`);
    });
    if (answer?.event === 'unknown') throw new RangeError(`fabricd does not know: ${line}`);
    if (answer !== undefined) return answer;
    throw new Failure('infra', `the memory server has ended: ${this.complaint || 'it said nothing'}`);
  }

  #take(event: ServerEvent): void {
    if (event.event === 'stats' || event.event === 'done' || event.event === 'unknown') {
      this.#answers.shift()?.(event);
      return;
    }
    this.#events.push(event);
    for (const wake of [...this.#waiting]) wake();
  }

  #end(why?: string): void {
    this.#ended = true;
    if (why !== undefined) this.complaint = why;
    for (const answer of this.#answers.splice(0)) answer(undefined);
    for (const wake of [...this.#waiting]) wake();
  }
}

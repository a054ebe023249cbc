import type { Duplex } from 'node:stream';
import { Failure } from '../../host/failure.ts';
import type { RunOptions } from '../spec.ts';
import { Command } from './command.ts';
import type { FrameSender } from './frames.ts';
import {
  cStrings,
  encodeFrame,
  type Frame,
  FrameDecoder,
  frameTypes,
  protocolVersion,
  u32s,
} from './frames.ts';

/** The agent's report when it is ready for commands. */
export interface Ready {
  release: string;
  version: string;
  machine: string;
  /** The kernel's uptime when it started the agent, and when the agent was ready. */
  kernelMs: number;
  agentMs: number;
}

interface Exchange {
  receive(frame: Frame): void;
  fail(reason: unknown): void;
}

/** The command channel of one guest. Any number of exchanges run at the same time, each with its own id. */
export class Channel {
  readonly ready: Promise<Ready>;
  readonly #stream: Duplex;
  readonly #decoder = new FrameDecoder();
  readonly #exchanges = new Map<number, Exchange>();
  #lastHeardMs = performance.now();
  #lastId = 0;
  #failure: { reason: unknown } | undefined;

  constructor(stream: Duplex) {
    this.#stream = stream;
    this.ready = this.#answer(0, frameTypes.ready).then(({ payload }) => parseReady(payload));
    this.ready.catch(() => {});
    stream.on('data', (chunk: Buffer) => this.#receive(chunk));
    // The stream ends when QEMU does, and then fail() is called.
    stream.on('error', () => {});
  }

  /** How long the guest has sent nothing. */
  get silentMs(): number {
    return performance.now() - this.#lastHeardMs;
  }

  get busy(): boolean {
    return this.#exchanges.size > 0;
  }

  run(argv: readonly string[], options: RunOptions, onSurvival: () => void): Command {
    options.signal?.throwIfAborted();
    const id = ++this.#lastId;
    const command = new Command(id, this.#send, argv, options, onSurvival);
    this.#enter(id, command);
    return command;
  }

  async mount(
    source: string,
    target: string,
    type: string,
    options: string,
    readOnly: boolean,
  ): Promise<void> {
    const id = ++this.#lastId;
    this.#send(
      id,
      frameTypes.mount,
      Buffer.concat([u32s(readOnly ? 1 : 0), cStrings(source, target, type, options)]),
    );
    const { payload } = await this.#answer(id, frameTypes.exit);
    const errno = payload.readUInt32LE(0);
    if (errno === 0) return;
    throw new Failure('infra', `the guest could not mount ${target} (${type}): errno ${errno}`, {
      next: type === '9p' ? 'the kernel needs CONFIG_9P_FS and CONFIG_NET_9P_VIRTIO' : 'see the console log',
    });
  }

  async ping(): Promise<void> {
    const id = ++this.#lastId;
    this.#send(id, frameTypes.ping);
    await this.#answer(id, frameTypes.pong);
  }

  /** The agent does not answer this: QEMU exits. */
  powerOff(): void {
    this.#send(++this.#lastId, frameTypes.powerOff);
  }

  /** Sets the reason of every later failure. Data that still arrives is handled until fail(). */
  doom(reason: unknown): void {
    this.#failure ??= { reason };
  }

  /** Fails every pending and later exchange with this reason. */
  fail(reason: unknown): void {
    this.doom(reason);
    for (const exchange of this.#exchanges.values()) exchange.fail(this.#failure?.reason);
    this.#exchanges.clear();
  }

  #enter(id: number, exchange: Exchange): void {
    if (this.#failure !== undefined) exchange.fail(this.#failure.reason);
    else this.#exchanges.set(id, exchange);
  }

  readonly #send: FrameSender = (id, type, payload) => {
    if (this.#failure === undefined) this.#stream.write(encodeFrame(id, type, payload));
  };

  #answer(id: number, type: number): Promise<Frame> {
    return new Promise((resolve, reject) => {
      const receive = (frame: Frame) => {
        if (frame.type === type) resolve(frame);
      };
      this.#enter(id, { receive, fail: reject });
    });
  }

  #receive(chunk: Buffer): void {
    this.#lastHeardMs = performance.now();
    for (const frame of this.#decoder.push(chunk)) {
      this.#exchanges.get(frame.id)?.receive(frame);
      if (endsExchange.has(frame.type)) this.#exchanges.delete(frame.id);
    }
  }
}

const endsExchange = new Set<number>([frameTypes.ready, frameTypes.exit, frameTypes.pong]);

function parseReady(payload: Buffer): Ready {
  const [protocol, release = '', version = '', machine = '', kernelMs, agentMs] = payload
    .toString()
    .split('\0');
  if (Number(protocol) !== protocolVersion)
    throw new Failure('infra', `the guest's agent speaks protocol ${protocol}, we speak ${protocolVersion}`, {
      next: 'the root filesystem is of another version: build it again',
    });
  return { release, version, machine, kernelMs: Number(kernelMs), agentMs: Number(agentMs) };
}

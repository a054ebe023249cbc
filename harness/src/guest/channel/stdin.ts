import type { Readable } from 'node:stream';
import { frameMaxBytes, streamWindowBytes } from './frames.ts';

export interface StdinSink {
  send: (chunk: Buffer) => void;
  end: () => void;
}

/** Forwards a stream to a command, as fast as the command grants credit for it. */
export class StdinFeed {
  readonly #source: Readable;
  readonly #sink: StdinSink;
  #credit = streamWindowBytes;
  #pending: Buffer = Buffer.alloc(0);
  #sourceEnded = false;
  #stopped = false;

  constructor(source: Readable, sink: StdinSink) {
    this.#source = source;
    this.#sink = sink;
    source.on('readable', this.#pump);
    source.on('end', this.#end);
    source.on('error', this.#end);
    if (source.readableEnded || source.destroyed) this.#end();
    else this.#pump();
  }

  grant(bytes: number): void {
    this.#credit += bytes;
    this.#pump();
  }

  /** Called when the command has ended. The source stays open for the caller; its later errors are ignored. */
  stop(): void {
    this.#stopped = true;
    this.#source.off('readable', this.#pump);
    this.#source.off('end', this.#end);
  }

  readonly #pump = (): void => {
    while (!this.#stopped && this.#credit > 0) {
      if (this.#pending.length === 0) this.#pending = toBuffer(this.#source.read());
      if (this.#pending.length === 0) break;
      const chunk = this.#pending.subarray(0, Math.min(this.#credit, frameMaxBytes));
      this.#pending = this.#pending.subarray(chunk.length);
      this.#credit -= chunk.length;
      this.#sink.send(chunk);
    }
    if (this.#sourceEnded && this.#pending.length === 0) this.#finish();
  };

  readonly #end = (): void => {
    this.#sourceEnded = true;
    this.#pump();
  };

  #finish(): void {
    if (this.#stopped) return;
    this.stop();
    this.#sink.end();
  }
}

function toBuffer(chunk: unknown): Buffer {
  if (chunk === null || chunk === undefined) return Buffer.alloc(0);
  return typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk as Uint8Array);
}

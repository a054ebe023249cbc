import type { Consumer } from '../spec.ts';
import { streamWindowBytes } from './frames.ts';

/** One output stream. Its chunks go to the consumer one by one; a chunk counts as read when the consumer is done. */
export class Outlet {
  readonly #consume: Consumer;
  readonly #grant: (bytes: number) => void;
  readonly #onError: (reason: unknown) => void;
  readonly #chunks: Buffer[] = [];
  #consumed: Promise<void> = Promise.resolve();
  #waitingBytes = 0;
  #owedBytes = 0;
  #discarding = false;

  constructor(
    consumer: Consumer | undefined,
    grant: (bytes: number) => void,
    onError: (reason: unknown) => void,
  ) {
    this.#consume = consumer ?? ((chunk) => void this.#chunks.push(chunk));
    this.#grant = grant;
    this.#onError = onError;
  }

  push(chunk: Buffer): void {
    const take = () => (this.#discarding ? undefined : this.#consume(chunk));
    this.#waitingBytes += chunk.length;
    this.#consumed = this.#consumed.then(take).then(() => this.#pay(chunk.length), this.#onError);
  }

  get busy(): boolean {
    return this.#waitingBytes > 0;
  }

  discard(): void {
    this.#discarding = true;
  }

  gathered(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  async drained(): Promise<Buffer> {
    await this.#consumed;
    return this.gathered();
  }

  /** Grants credit in few frames: one frame a line would cost the guest more than the line. */
  #pay(bytes: number): void {
    this.#waitingBytes -= bytes;
    this.#owedBytes += bytes;
    if (this.#owedBytes < streamWindowBytes / 4) return;
    this.#grant(this.#owedBytes);
    this.#owedBytes = 0;
  }
}

import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import { z } from 'zod';

const messageSchema = z.object({
  id: z.number().optional(),
  return: z.unknown().optional(),
  error: z.object({ class: z.string(), desc: z.string() }).optional(),
  event: z.string().optional(),
  data: z.record(z.string(), z.unknown()).optional(),
});
type Message = z.infer<typeof messageSchema>;

/** QEMU's control channel: JSON lines, with answers matched by id and events in between. */
export class Qmp {
  readonly #stream: Duplex;
  readonly #waiting = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: Error) => void }
  >();
  readonly #onEvent: (name: string, data: Record<string, unknown>) => void;
  #lastId = 0;
  #ended = false;

  constructor(stream: Duplex, onEvent: (name: string, data: Record<string, unknown>) => void) {
    this.#stream = stream;
    this.#onEvent = onEvent;
    const lines = createInterface(stream);
    lines.on('line', (line) => this.#receive(messageSchema.parse(JSON.parse(line))));
    // A broken connection also emits 'close', which ends this. readline repeats the stream's errors.
    for (const emitter of [stream, lines]) emitter.on('error', () => {});
    stream.on('close', () => this.#end());
    this.execute('qmp_capabilities').catch(() => {});
  }

  execute(command: string, args?: Record<string, unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(new Error(`QEMU has ended: ${command} cannot be sent to it`));
      const id = ++this.#lastId;
      this.#waiting.set(id, { resolve, reject });
      this.#stream.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
    });
  }

  #receive({ id, event, data, error, ...rest }: Message): void {
    if (event !== undefined) this.#onEvent(event, data ?? {});
    if (id === undefined) return;
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(rest.return);
    else waiting?.reject(new Error(`${error.class}: ${error.desc}`));
  }

  #end(): void {
    this.#ended = true;
    for (const { reject } of this.#waiting.values()) reject(new Error('QEMU has ended before it answered'));
    this.#waiting.clear();
  }
}

/** Frame types of the virtio-serial port. harness/guest/agent/frame.h is the other end and describes each payload. */
export const frameTypes = {
  run: 1,
  stdin: 2,
  stdinEof: 3,
  signal: 4,
  kill: 5,
  windowSize: 6,
  mount: 7,
  ping: 8,
  powerOff: 9,
  ready: 32,
  stdout: 33,
  stderr: 34,
  exit: 35,
  pong: 36,
  credit: 64,
} as const;

export const protocolVersion = 1;
export const frameMaxBytes = 65_536;
/** How much of one stream either side may send before the other grants more. */
export const streamWindowBytes = 262_144;

export interface Frame {
  id: number;
  type: number;
  payload: Buffer;
}

const headerBytes = 12;

export function encodeFrame(id: number, type: number, payload: Uint8Array = noBytes): Buffer {
  const frame = Buffer.allocUnsafe(headerBytes + payload.length);
  frame.writeUInt32LE(payload.length, 0);
  frame.writeUInt32LE(id, 4);
  frame.writeUInt32LE(type, 8);
  frame.set(payload, headerBytes);
  return frame;
}

/** Turns chunks of any size into whole frames. */
export class FrameDecoder {
  #chunks: Buffer[] = [];
  #size = 0;

  push(chunk: Buffer): Frame[] {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    const frames: Frame[] = [];
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) frames.push(frame);
    return frames;
  }

  #next(): Frame | undefined {
    if (this.#size < headerBytes) return undefined;
    const header = this.#first(headerBytes);
    const payloadBytes = header.readUInt32LE(0);
    if (payloadBytes > frameMaxBytes) throw new RangeError(`a frame of ${payloadBytes} bytes`);
    if (this.#size < headerBytes + payloadBytes) return undefined;
    const whole = this.#first(headerBytes + payloadBytes);
    this.#drop(whole.length);
    return { id: whole.readUInt32LE(4), type: whole.readUInt32LE(8), payload: whole.subarray(headerBytes) };
  }

  /** The first `count` bytes as one buffer. Chunks are joined only if a frame spans them. */
  #first(count: number): Buffer {
    const [head] = this.#chunks;
    if (head !== undefined && head.length >= count) return head.subarray(0, count);
    const all = Buffer.concat(this.#chunks, this.#size);
    this.#chunks = [all];
    return all.subarray(0, count);
  }

  #drop(count: number): void {
    const rest = (this.#chunks[0] as Buffer).subarray(count);
    if (rest.length > 0) this.#chunks[0] = rest;
    else this.#chunks.shift();
    this.#size -= count;
  }
}

export function u32s(...values: number[]): Buffer {
  const bytes = Buffer.allocUnsafe(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value, index * 4);
  return bytes;
}

/** NUL-terminated strings. A string that contains a NUL is refused, because it would arrive as two. */
export function cStrings(...values: string[]): Buffer {
  for (const value of values)
    if (value.includes('\0')) throw new TypeError(`a string with a NUL in it: ${JSON.stringify(value)}`);
  return Buffer.from(values.map((value) => `${value}\0`).join(''));
}

const noBytes = new Uint8Array(0);

export type FrameSender = (id: number, type: number, payload?: Uint8Array) => void;

import { type FileHandle, open, readFile, truncate } from 'node:fs/promises';
import type { z } from 'zod';
import { Failure } from '../host/failure.ts';

/** An append-only file of JSON lines. A line torn by a kill or a full disk is cut off. */
export class Lines {
  readonly path: string;
  readonly #handle: FileHandle;
  #bytes: number;

  constructor(path: string, handle: FileHandle, bytes: number) {
    this.path = path;
    this.#handle = handle;
    this.#bytes = bytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Appends all records or none. They are on disk when it returns. */
  async append(records: readonly unknown[]): Promise<void> {
    const text = Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
    try {
      await this.#handle.appendFile(text);
      await this.#handle.datasync();
    } catch (error) {
      await this.#handle.truncate(this.#bytes);
      throw error;
    }
    this.#bytes += text.length;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/** Opens a file after its last whole line, or at `bytes` if the caller knows how much counts. */
export async function openLines(path: string, bytes?: number): Promise<Lines> {
  const content = await readFile(path).catch(nothingYet);
  const whole = bytes ?? content.lastIndexOf('\n') + 1;
  if (content.length < whole) {
    throw new Failure('infra', `${path} has ${content.length} bytes of the ${whole} that were recorded`, {
      next: 'another program cut the file; start a new run',
    });
  }
  if (content.length > whole) await truncate(path, whole);
  return new Lines(path, await open(path, 'a'), whole);
}

function nothingYet(error: NodeJS.ErrnoException): Buffer {
  if (error.code === 'ENOENT') return Buffer.alloc(0);
  throw error;
}

/** A byte range of a file that holds whole lines. */
export interface ByteRange {
  from: number;
  to: number;
}

/** Reads and checks the whole lines of a file, or of parts of it. A torn last line is skipped. */
export async function readLines<T>(
  path: string,
  schema: z.ZodType<T>,
  parts?: readonly ByteRange[],
): Promise<T[]> {
  const content = await readFile(path);
  const whole = [{ from: 0, to: content.lastIndexOf('\n') + 1 }];
  return (parts ?? whole).flatMap(({ from, to }) => {
    const before = linesOf(content.subarray(0, from)).length;
    return linesOf(content.subarray(from, to)).map((line, index) =>
      parseLine(line, schema, `${path}:${before + index + 1}`),
    );
  });
}

const linesOf = (content: Buffer) => content.toString().split('\n').slice(0, -1);

function parseLine<T>(line: string, schema: z.ZodType<T>, place: string): T {
  try {
    return schema.parse(JSON.parse(line));
  } catch (cause) {
    const what = line.length > 200 ? `${line.slice(0, 200)}...` : line;
    throw new Failure('infra', `${place} is not what this version writes: ${what}`, {
      next: 'the file was changed by hand or by another version; start a new run',
      cause,
    });
  }
}

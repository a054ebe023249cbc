import type { Consumer } from '../guest/spec.ts';

/** Writes chunks unchanged. Resolves when the stream has taken them, so that a slow reader slows the guest down. */
export function plainOutput(stream: NodeJS.WritableStream): Consumer {
  return (chunk) => written(stream, chunk);
}

/** Writes whole lines after a prefix, so that lines of several hosts do not mix. `end` writes an unfinished line. */
export function prefixedOutput(
  stream: NodeJS.WritableStream,
  prefix: string,
): { consume: Consumer; end: () => Promise<void> } {
  let rest = Buffer.alloc(0);
  const consume = (chunk: Buffer) => {
    const all = Buffer.concat([rest, chunk]);
    const end = all.lastIndexOf(newline) + 1;
    rest = all.subarray(end);
    return end === 0 ? undefined : written(stream, prefixed(all.subarray(0, end), prefix));
  };
  const end = async () => {
    if (rest.length > 0) await consume(Buffer.from('\n'));
  };
  return { consume, end };
}

const newline = 0x0a;

/** Decodes each byte as one character, because lines need not be UTF-8. */
function prefixed(lines: Buffer, prefix: string): Buffer {
  const text = lines.toString('latin1').slice(0, -1);
  return Buffer.from(`${prefix}${text.replaceAll('\n', `\n${prefix}`)}\n`, 'latin1');
}

function written(stream: NodeJS.WritableStream, chunk: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}

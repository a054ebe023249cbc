import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { plainOutput, prefixedOutput } from '../../../src/cli/host-output.ts';

function stream() {
  const chunks: Buffer[] = [];
  const writable = new Writable({
    write: (chunk, _encoding, done) => {
      chunks.push(chunk);
      setTimeout(done, 5);
    },
  });
  return { writable, bytes: () => Buffer.concat(chunks) };
}

test('resolves when the stream has taken a chunk, and not before', async () => {
  const { writable, bytes } = stream();
  const consume = plainOutput(writable);
  let taken = false;
  const first = Promise.resolve(consume(Buffer.from([0, 255, 10]))).then(() => {
    taken = true;
  });
  await Promise.resolve();
  expect(taken).toBe(false);
  await first;
  expect(bytes()).toEqual(Buffer.from([0, 255, 10]));
});

test('puts the prefix before every line, wherever chunks end', async () => {
  const { writable, bytes } = stream();
  const { consume, end } = prefixedOutput(writable, '[h0] ');
  for (const chunk of ['on', 'e\ntw', 'o\n', '\n', 'three']) await consume(Buffer.from(chunk));
  await end();
  expect(`${bytes()}`).toBe('[h0] one\n[h0] two\n[h0] \n[h0] three\n');
});

test('keeps bytes that are no text', async () => {
  const { writable, bytes } = stream();
  const { consume, end } = prefixedOutput(writable, '> ');
  await consume(Buffer.from([0xff, 0x0a, 0x00, 0x0d, 0x0a]));
  await end();
  expect(bytes()).toEqual(Buffer.from([0x3e, 0x20, 0xff, 0x0a, 0x3e, 0x20, 0x00, 0x0d, 0x0a]));
});

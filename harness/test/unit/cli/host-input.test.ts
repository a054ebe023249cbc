import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { inputsFor } from '../../../src/cli/host-input.ts';

/** Far more than all buffers on the way hold. */
const chunks = Array.from({ length: 64 }, () => Buffer.alloc(2 ** 16, 'x'));
const sizeBytes = 2 ** 22;
const source = (): Readable => Readable.from(chunks);

async function settled() {
  for (let count = 0; count < 100; count++) await turn();
}

test('one host reads the source itself', () => {
  const only = source();
  expect(inputsFor(1, only).map(({ stdin }) => stdin)).toEqual([only]);
});

test('each host reads everything, at the pace of the slowest', async () => {
  const [quick, slow] = inputsFor(2, source()).map(({ stdin }) => stdin) as [Readable, Readable];
  let arrived = 0;
  quick.on('data', (chunk: Buffer) => {
    arrived += chunk.length;
  });
  await settled();
  expect(arrived).toBeLessThan(sizeBytes);
  expect((await buffer(slow)).length).toBe(sizeBytes);
  await settled();
  expect(arrived).toBe(sizeBytes);
});

test('a host whose command has ended holds up nobody', async () => {
  const [stays, early] = inputsFor(2, source());
  const all = buffer(stays?.stdin as Readable);
  await settled();
  early?.leave();
  expect((await all).length).toBe(sizeBytes);
});

import { PassThrough, Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { frameMaxBytes, streamWindowBytes } from '../../../../src/guest/channel/frames.ts';
import { StdinFeed } from '../../../../src/guest/channel/stdin.ts';

function sink() {
  const chunks: Buffer[] = [];
  let ends = 0;
  return {
    send: (chunk: Buffer) => void chunks.push(Buffer.from(chunk)),
    end: () => void ends++,
    sizes: () => chunks.map(({ length }) => length),
    bytes: () => Buffer.concat(chunks),
    ends: () => ends,
  };
}

async function settled() {
  for (let count = 0; count < 10; count++) await turn();
}

test('sends no more than the credit, and resumes when more is granted', async () => {
  const all = Buffer.from(Array.from({ length: streamWindowBytes + 100 }, (_, index) => index & 255));
  const to = sink();
  const feed = new StdinFeed(Readable.from([all]), to);
  await settled();
  expect(to.bytes().length).toBe(streamWindowBytes);
  expect(Math.max(...to.sizes())).toBe(frameMaxBytes);
  expect(to.ends()).toBe(0);
  feed.grant(60);
  feed.grant(60);
  await settled();
  expect(to.bytes().equals(all)).toBe(true);
  expect(to.ends()).toBe(1);
});

test('ends with its source, also with one that has ended already or breaks', async () => {
  const ended = Readable.from([]);
  ended.resume();
  await settled();
  const broken = new PassThrough();
  for (const source of [Readable.from([]), ended, broken]) {
    const to = sink();
    new StdinFeed(source, to);
    if (source === broken) broken.destroy(new Error('gone'));
    await settled();
    expect(to.ends()).toBe(1);
  }
});

test('leaves its source alone once it is stopped', async () => {
  const source = new PassThrough();
  const to = sink();
  const feed = new StdinFeed(source, to);
  source.write('before');
  await settled();
  feed.stop();
  source.write('after');
  await settled();
  expect(`${to.bytes()}`).toBe('before');
  expect(`${source.read()}`).toBe('after');
});

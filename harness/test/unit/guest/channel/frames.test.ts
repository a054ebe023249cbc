import { expect, test } from 'vitest';
import {
  cStrings,
  encodeFrame,
  FrameDecoder,
  frameMaxBytes,
  u32s,
} from '../../../../src/guest/channel/frames.ts';

const frames = [
  { id: 1, type: 2, payload: Buffer.from('hello') },
  { id: 0xffffffff, type: 64, payload: Buffer.alloc(0) },
  { id: 3, type: 33, payload: Buffer.alloc(frameMaxBytes, 7) },
];
const bytes = Buffer.concat(frames.map(({ id, type, payload }) => encodeFrame(id, type, payload)));

test.each([1, 5, 11, 12, 13, 1000, bytes.length])(
  'FrameDecoder decodes frames in chunks of %i bytes',
  (portion) => {
    const decoder = new FrameDecoder();
    const decoded = [];
    for (let at = 0; at < bytes.length; at += portion)
      decoded.push(...decoder.push(bytes.subarray(at, at + portion)));
    expect(decoded).toEqual(frames);
  },
);

test('FrameDecoder refuses a frame above the size limit', () => {
  const header = u32s(frameMaxBytes + 1, 1, 2);
  expect(() => new FrameDecoder().push(header)).toThrow(`a frame of ${frameMaxBytes + 1} bytes`);
});

test('cStrings refuses a string with a NUL', () => {
  expect(cStrings('a', 'ä')).toEqual(Buffer.from('a\0ä\0'));
  expect(() => cStrings('a\0b')).toThrow('NUL');
});

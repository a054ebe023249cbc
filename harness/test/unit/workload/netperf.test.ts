import { expect, test } from 'vitest';
import { parseNetperf, readStream } from '../../../src/workload/netperf.ts';
import type { Params } from '../../../src/workload/sample.ts';

const real = `THROUGHPUT=38211.37
THROUGHPUT_UNITS=Trans/s
ELAPSED_TIME=1.00
`;

test('key=value lines become numbers', () => {
  expect(parseNetperf(real)).toEqual({
    THROUGHPUT: 38211.37,
    THROUGHPUT_UNITS: 'Trans/s',
    ELAPSED_TIME: 1,
  });
});

test.each([
  ['a missing line', real.replace(/^ELAPSED.*$/m, '')],
  ['another unit', real.replace('Trans/s', 'KBytes/s')],
  ['a rate of zero', real.replace('38211.37', '0.00')],
  ['no number', real.replace('38211.37', 'nan')],
  ['nothing at all', ''],
])('%s is an error that shows the output, never a zero', (_, text) => {
  expect(() => parseNetperf(text)).toThrow(/netperf's output cannot be read/);
});

const params: Params = {
  ...{ workload: 'netperf', topology: 'loopback', size: 4096 },
  ...{ clock: 'wall' as const, idle: 'poll' as const, kernel: 'default', test: 'stream' },
};
const stream = (seconds: number, bytes?: number) =>
  readStream(
    { params },
    {
      ...{ THROUGHPUT: 800, THROUGHPUT_UNITS: '10^6bits/s', ELAPSED_TIME: seconds },
      ...(bytes === undefined ? {} : { LOCAL_BYTES_SENT: bytes }),
    },
    'raw',
  );

test('a stream has Mbit/s, and its payload is the bytes sent', () => {
  expect(stream(1, 100_000_000)).toMatchObject({
    values: [{ metric: 'mbit_per_s', value: 800 }],
    payloadBytes: 100_000_000,
  });
});

test('a stream that was cut short is a failed cell, whatever rate it claims', () => {
  expect(() => stream(0.01, 262_144)).toThrow(/ended after 0.01 s of 1/);
  expect(() => stream(1)).toThrow(/ended after/);
});

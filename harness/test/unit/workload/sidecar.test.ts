import { expect, test } from 'vitest';
import type { Params } from '../../../src/workload/sample.ts';
import { alongMesh } from '../../../src/workload/sidecar.ts';

const params = (kind: string): Params => ({
  ...{ workload: 'sidecar', topology: 'container', size: 1024, clock: 'virtual', idle: null },
  ...{ kernel: 'default', test: kind },
});
const measured = { values: [], payloadBytes: 2000, transactions: 1, raw: 'raw', observed: {} };
const rings = { client: 31, gateway: 21, server: 11 };
const senders = (kind: string) =>
  alongMesh({ params: params(kind) }, measured, (name) => rings[name]).senders;

test('a request and its answer are sent on three hops each, by the sockets of three namespaces', () => {
  expect(senders('rr')).toEqual([
    { netns: 'zh-client', payloadBytes: 3000, ringBytes: 31 },
    { netns: 'zh-gateway', payloadBytes: 2000, ringBytes: 21 },
    { netns: 'zh-server', payloadBytes: 1000, ringBytes: 11 },
  ]);
});

test('a stream is sent on three hops, by the client and the two proxies', () => {
  expect(senders('stream')).toEqual([
    { netns: 'zh-client', payloadBytes: 4000, ringBytes: 31 },
    { netns: 'zh-gateway', payloadBytes: 2000, ringBytes: 21 },
    { netns: 'zh-server', payloadBytes: 0, ringBytes: 11 },
  ]);
});

test('the payload of the last hop stays what netperf counted', () => {
  expect(alongMesh({ params: params('rr') }, measured, () => 0)).toMatchObject(measured);
});

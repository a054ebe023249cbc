import { expect, test } from 'vitest';
import type { SocketMeasurement } from '../../../../src/workload/variant/socket-row.ts';
import { type SocketName, sockets } from '../../../../src/workload/variant/sockets.ts';
import { point } from '../../measure/made.ts';

const payloadBytes = 10_000_000;
const measured: SocketMeasurement = { values: [], payloadBytes, transactions: 1, raw: '', observed: {} };
const site = { host: {} as never, params: point() };
const evidence = (deviceBytes: number, mechanism = {}) => ({ deviceBytes, mechanism, cpuUs: 0 });

test('tcp is proved by the device that it crosses', () => {
  const ok = (onDevice: number) => sockets.tcp.prove(site, evidence(5), evidence(5 + onDevice), measured).ok;
  expect(ok(payloadBytes)).toBe(true);
  expect(ok(payloadBytes - 1)).toBe(false);
});

test('a mechanism is proved by its counter and by a quiet device', () => {
  const ok = (carried: number, onDevice: number) =>
    sockets.smc.prove(
      site,
      evidence(0, { smcd_tx_bytes: 7 }),
      evidence(onDevice, { smcd_tx_bytes: 7 + carried }),
      measured,
    ).ok;
  expect(ok(payloadBytes, 60_000)).toBe(true);
  expect(ok(payloadBytes / 2, 0)).toBe(false);
  expect(ok(payloadBytes, payloadBytes)).toBe(false);
});

test("netperf's control connection may cross the device: 64 KiB and a twentieth of the payload", () => {
  const ok = (onDevice: number) =>
    sockets.smc.prove(
      site,
      evidence(0, { smcd_tx_bytes: 0 }),
      evidence(onDevice, { smcd_tx_bytes: payloadBytes }),
      measured,
    ).ok;
  expect(ok(payloadBytes / 20 + 65_536)).toBe(true);
  expect(ok(payloadBytes / 20 + 65_537)).toBe(false);
});

test('the handshakes of new connections may cross the device, and their payload may not', () => {
  const connections = 1000;
  const payload = connections * 2048;
  const ok = (onDevice: number, opened?: number) =>
    sockets.splice.prove(site, evidence(0, { ring_bytes: 0 }), evidence(onDevice, { ring_bytes: payload }), {
      ...measured,
      payloadBytes: payload,
      ...(opened !== undefined && { connections: opened }),
    }).ok;
  expect(ok(connections * 1150, connections)).toBe(true);
  expect(ok(connections * 1150)).toBe(false);
  expect(ok(connections * 400 + payload, connections)).toBe(false);
});

test('a rendezvous may leave a part to the device, never all, and nothing may be missing', () => {
  const ok = (carried: number, onDevice: number) =>
    sockets.onecopy.prove(
      site,
      evidence(0, { copied_bytes: 7 }),
      evidence(onDevice, { copied_bytes: 7 + carried }),
      measured,
    ).ok;
  expect(ok(payloadBytes, 0)).toBe(true);
  expect(ok(payloadBytes / 4, (payloadBytes * 3) / 4)).toBe(true);
  expect(ok(payloadBytes / 4, payloadBytes / 4)).toBe(false);
  expect(ok(0, payloadBytes)).toBe(false);
});

test('a chain is spliced if each of its senders put its bytes into rings, and TCP if none did', () => {
  const proofOf = (name: 'tcp' | 'splice', rings: readonly [number, number]) =>
    sockets[name].prove(
      site,
      evidence(0, { ring_bytes: 0 }),
      evidence(name === 'tcp' ? payloadBytes : 0, { ring_bytes: payloadBytes }),
      {
        ...measured,
        senders: rings.map((ringBytes, at) => ({
          netns: `ns-${at}`,
          payloadBytes: payloadBytes * 2,
          ringBytes,
        })),
      },
    );
  const all = payloadBytes * 2;
  expect(proofOf('splice', [all, all])).toMatchObject({
    ok: true,
    expected: expect.stringContaining('into rings at least ns-0 19800000, ns-1 19800000'),
    observed: expect.stringContaining('into rings ns-0 20000000, ns-1 20000000'),
  });
  expect(proofOf('splice', [all, all / 2]).ok).toBe(false);
  expect(proofOf('splice', [0, all * 2]).ok).toBe(false);
  expect(proofOf('tcp', [0, 0]).ok).toBe(true);
  expect(proofOf('tcp', [0, 1]).ok).toBe(false);
});

test('a loader that lost its counter proves nothing', () => {
  expect(() => sockets.sockmap.prove(site, evidence(0), evidence(0), measured)).toThrow(/nothing proves/);
});

test('a pingpong variant is proved by the socket that it opened', () => {
  const ok = (domain: string | undefined, variant: SocketName, onDevice: number) =>
    sockets[variant].prove(site, evidence(0), evidence(onDevice), {
      ...measured,
      observed: domain === undefined ? {} : { domain },
    }).ok;
  expect(ok('AF_UNIX', 'unix', 0)).toBe(true);
  expect(ok('AF_INET', 'unix', 0)).toBe(false);
  expect(ok(undefined, 'shm-limit', 0)).toBe(true);
  expect(ok('AF_UNIX', 'shm-limit', 0)).toBe(false);
  expect(ok(undefined, 'shm-limit', payloadBytes)).toBe(false);
});

test('one byte is the minimum when the payload is unknown', () => {
  const unknown = { ...measured, payloadBytes: null };
  expect(sockets.tcp.prove(site, evidence(9), evidence(9), unknown).ok).toBe(false);
  expect(sockets.tcp.prove(site, evidence(9), evidence(10), unknown).ok).toBe(true);
});

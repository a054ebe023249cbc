import { Failure } from '../../host/failure.ts';
import type { Proof } from '../sample.ts';
import type { SocketCounts } from './socket-counts.ts';
import type { Sender, SocketMeasurement, SocketProof } from './socket-row.ts';

/** The proof of the connection, or of the last one and of every sender of a chain. */
export function proveSocket(
  proof: SocketProof,
  before: SocketCounts,
  after: SocketCounts,
  measured: SocketMeasurement,
): Proof {
  const last = proveConnection(proof, before, after, measured);
  return measured.senders === undefined ? last : alongChain(last, proof, measured.senders);
}

/**
 * Each byte that a socket of a chain sends goes into a ring if rings are what proves the variant, and none does
 * otherwise. The namespaces together tell which hop did not.
 */
function alongChain(last: Proof, proof: SocketProof, senders: readonly Sender[]): Proof {
  const wanted = ({ payloadBytes }: Sender) =>
    proof.by === 'counter' ? Math.round(payloadBytes * counted) : 0;
  const inRings = (sender: Sender) =>
    proof.by === 'counter' ? sender.ringBytes >= wanted(sender) : sender.ringBytes === 0;
  const list = (bytesOf: (sender: Sender) => number) =>
    senders.map((sender) => `${sender.netns} ${bytesOf(sender)}`).join(', ');
  return {
    ...last,
    ok: last.ok && senders.every(inRings),
    expected: `${last.expected}; into rings ${proof.by === 'counter' ? 'at least' : 'exactly'} ${list(wanted)}`,
    observed: `${last.observed}; into rings ${list(({ ringBytes }) => ringBytes)}`,
  };
}

/**
 * TCP is proved by the network device: it carried the payload. A bypass is proved twice: its own counter grew by the
 * payload, and the device's did not. If the payload is unknown, one byte is the minimum.
 */
function proveConnection(
  proof: SocketProof,
  before: SocketCounts,
  after: SocketCounts,
  measured: SocketMeasurement,
): Proof {
  const payload = measured.payloadBytes === null ? null : Math.round(measured.payloadBytes);
  const onDevice = after.deviceBytes - before.deviceBytes;
  if (proof.by === 'device') {
    return {
      name: 'device-bytes',
      ok: onDevice >= (payload ?? 1),
      expected: `at least ${payload ?? 1} payload bytes through the network device`,
      observed: `${onDevice} bytes`,
    };
  }
  const allowed = controlBytes + (measured.connections ?? 0) * connectionBytes;
  const stayedOff = payload === null || onDevice <= payload * stray + allowed;
  if (proof.by === 'domain') {
    const domain = `${measured.observed['domain'] ?? 'none'}`;
    return {
      name: 'socket-domain',
      ok: domain === proof.domain && stayedOff,
      expected: `socket ${proof.domain}, next to nothing of ${payload} bytes through the network device`,
      observed: `socket ${domain}, ${onDevice} bytes through the device`,
    };
  }
  const carried = grown(before, after, proof.counter);
  const name = proof.counter.replaceAll('_', '-');
  if (proof.leavesRestToTcp) {
    return {
      name,
      ok: carried > 0 && carried + onDevice >= (payload ?? 1) * counted,
      expected: `${payload ?? 1} payload bytes, by the mechanism and where it finds nobody by the network device`,
      observed: `${carried} bytes by the mechanism, ${onDevice} through the device`,
    };
  }
  return {
    name,
    ok: carried >= (payload ?? 1) * counted && stayedOff,
    expected: `${payload ?? 1} payload bytes by the mechanism, next to nothing through the network device`,
    observed: `${carried} bytes by the mechanism, ${onDevice} through the device`,
  };
}

/** netperf's clock stops a little before its last transaction, and its rate is rounded. */
const counted = 0.99;
const stray = 0.05;
/** Allowed for netperf's control connection, which always goes through the device. */
const controlBytes = 64 * 1024;
/**
 * Allowed for the handshake and the end of a connection, which are TCP's: 300 to 400 bytes were seen, and 1,000 to 1,150
 * where SMC negotiates as well. A payload of 1 KB each way is far more.
 */
const connectionBytes = 1280;

function grown(before: SocketCounts, after: SocketCounts, counter: string): number {
  const [from, to] = [before.mechanism[counter], after.mechanism[counter]];
  if (from === undefined || to === undefined) {
    throw new Failure('cell', `the loader reports no ${counter}, so nothing proves what carried the bytes`);
  }
  return to - from;
}

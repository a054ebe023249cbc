import type { Clock } from '../../host/clock.ts';
import type { Measurement } from '../measurement.ts';
import type { Params } from '../sample.ts';
import type { Look } from './look.ts';

/** The programs of bpf/ that enable a mechanism for the cgroup under test. */
export type Loader = 'smcctl' | 'sockmapctl' | 'splicectl' | 'onecopyctl';

/** The properties of one socket variant. */
export interface SocketRow {
  label: string;
  /** The clocks that can judge it; if absent, both. */
  judgedOn?: readonly Clock[];
  look?: Look;
  /** `tcp`: any unmodified program with TCP sockets. `pingpong`: only pingpong, which opens it by name. */
  programs: 'tcp' | 'pingpong';
  /** Enables the mechanism under the programs. If absent, the program's own sockets are the variant. */
  loader?: Loader;
  /** Further arguments of the loader's `enable`, which may depend on factors. */
  loaderArgs?: (params: Params) => readonly string[];
  /** Kernel parameters that depend on factors, for the namespaces of both ends. */
  sysctls?: (params: Params) => Readonly<Record<string, number | string>>;
  /** A kernel function that the variant requires. */
  kernelSymbol?: string;
  /** Why it cannot carry streams; absent if it can. */
  noStream?: string;
  proof: SocketProof;
}

/**
 * The evidence that a variant carried the bytes: the network device for TCP, a counter of the loader, or the socket
 * domain that pingpong opened ("none" for shared memory), with pingpong's check of every message. A rendezvous without
 * a waiting reader leaves a message to TCP: then the two sums together must be the payload.
 */
export type SocketProof =
  | { by: 'device' }
  | { by: 'counter'; counter: string; leavesRestToTcp?: true }
  | { by: 'domain'; domain: string };

/** The result of one sample over sockets. */
export interface SocketMeasurement extends Measurement {
  /** Payload of both directions together, for the proof; null if it is unknown. */
  payloadBytes: number | null;
  /** Connections that the sample opened; absent if it used one that existed. */
  connections?: number;
  /** For a chain of connections: the sockets of each network namespace. payloadBytes is what the last connection carried. */
  senders?: readonly Sender[];
  /** Facts that the program observed about its own sockets. */
  observed: Readonly<Record<string, string | number>>;
}

/** The payload that the sockets of one network namespace sent, and the bytes that they put into rings. */
export interface Sender {
  netns: string;
  payloadBytes: number;
  ringBytes: number;
}

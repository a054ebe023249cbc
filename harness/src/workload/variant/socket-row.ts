import type { Clock } from '../../host/clock.ts';
import type { Measurement } from '../measurement.ts';
import type { Params } from '../sample.ts';
import type { Look } from './look.ts';

/** Programs of ours in bpf/ that switch a mechanism on for the cgroup under test. */
export type Loader = 'smcctl' | 'sockmapctl' | 'splicectl' | 'onecopyctl';

/** What sets one way to talk apart from the others. */
export interface SocketRow {
  label: string;
  /** Both clocks unless it says otherwise. */
  judgedOn?: readonly Clock[];
  look?: Look;
  /** Who runs over it: any program that opens TCP sockets, unchanged, or pingpong alone, which opens it by its name. */
  programs: 'tcp' | 'pingpong';
  /** Switches it on beneath those programs; without one the variant is what the program itself opens. */
  loader?: Loader;
  /** Further arguments of the loader's `enable`, where factors of the experiment may have a say. */
  loaderArgs?: (params: Params) => readonly string[];
  /** Kernel settings that factors of the experiment name, for the namespaces of both ends. */
  sysctls?: (params: Params) => Readonly<Record<string, number | string>>;
  /** A function without which this kernel cannot offer the variant. */
  kernelSymbol?: string;
  /** Why nothing can be streamed over it, where that is so. */
  noStream?: string;
  proof: SocketProof;
}

/**
 * What shows that a variant carried the bytes: the network device that TCP crosses, a counter of the loader's, or
 * the kind of socket that pingpong opened ("none" for shared memory) together with its own check of every message.
 * A rendezvous that finds nobody leaves a message to TCP: there both together are the payload, and neither is none of it.
 */
export type SocketProof =
  | { by: 'device' }
  | { by: 'counter'; counter: string; leavesRestToTcp?: true }
  | { by: 'domain'; domain: string };

/** What was measured over a socket. */
export interface SocketMeasurement extends Measurement {
  /** Payload that crossed, both directions together: what the proof is held against. Null where nobody counts it. */
  payloadBytes: number | null;
  /** Facts that the program itself observed of its sockets. */
  observed: Readonly<Record<string, string | number>>;
}

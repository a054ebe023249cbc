import type { Clock } from '../../host/clock.ts';
import type { Params } from '../sample.ts';

/** Programs of ours in bpf/ that switch a mechanism on for the cgroup under test. */
export type Loader = 'smcctl' | 'sockmapctl' | 'splicectl' | 'onecopyctl';

/** A way for two processes of one kernel to talk: what is compared. */
export interface Variant {
  label: string;
  /** Clocks that can judge it; on any other, cells carry `basis: serialised`. */
  judgedOn: readonly Clock[];
  /** Switches it on beneath unchanged programs; without one the variant is what the program itself opens. */
  loader?: Loader;
  /** Further arguments of the loader's `enable`, where factors of the experiment may have a say. */
  loaderArgs?: (params: Params) => readonly string[];
  /** Kernel settings that factors of the experiment name, for the namespaces of both ends. */
  sysctls?: (params: Params) => Readonly<Record<string, number | string>>;
  /** A function without which this kernel cannot offer the variant. */
  kernelSymbol?: string;
  proof: ProofOf;
  /** Why netperf cannot stream over it, where that is so. */
  noStream?: string;
  /** Which programs can drive it. */
  drivers: readonly Driver[];
}

/**
 * What shows that a variant carried the bytes: the network device that TCP crosses, a counter of the loader's, or
 * the kind of socket that pingpong opened ("none" for shared memory) together with its own check of every message.
 * A rendezvous that finds nobody leaves a message to TCP: there both together are the payload, and neither is none of it.
 */
export type ProofOf =
  | { by: 'device' }
  | { by: 'counter'; counter: string; leavesRestToTcp?: true }
  | { by: 'domain'; domain: string };

export type Driver = 'netperf' | 'pingpong' | 'redis' | 'copies';

/** Whatever opens TCP sockets. */
const tcpPrograms: readonly Driver[] = ['netperf', 'pingpong', 'redis', 'copies'];

const both = ['virtual', 'wall'] as const;

const smcSendsShort =
  'netperf ends a stream at the first short send, and a blocking send of SMC returns short once its ring is full';
const ringSize = ({ ring_bytes }: Params): Record<string, number | string> =>
  ring_bytes === undefined || ring_bytes === null ? {} : { 'net.ipv4.tcp_splice_ring_bytes': ring_bytes };
const sockmapHasNoLimit =
  'the ingress queue of sockmap on 6.12 has no receive-buffer limit: a stream fills it to the end of tcp_mem, and send() fails with ENOMEM';

/**
 * Every variant that a socket experiment can name. Where a loader is named, netperf and pingpong run over it as
 * plain TCP programs; a bare pingpong variant opens its own sockets or shared memory.
 */
export const variants = {
  tcp: { label: 'TCP', judgedOn: both, proof: { by: 'device' }, drivers: tcpPrograms },
  'tcp-declined': {
    label: 'TCP, splicing program attached and declining',
    judgedOn: both,
    loader: 'splicectl',
    loaderArgs: () => ['--decline'],
    proof: { by: 'device' },
    kernelSymbol: 'bpf_sock_splice_pair',
    drivers: tcpPrograms,
  },
  'tcp-spin': {
    label: 'TCP, both ends spin',
    judgedOn: both,
    proof: { by: 'device' },
    drivers: ['pingpong'],
  },
  unix: {
    label: 'AF_UNIX',
    judgedOn: both,
    proof: { by: 'domain', domain: 'AF_UNIX' },
    drivers: ['pingpong', 'copies'],
  },
  'unix-spin': {
    label: 'AF_UNIX, both ends spin',
    judgedOn: both,
    proof: { by: 'domain', domain: 'AF_UNIX' },
    drivers: ['pingpong'],
  },
  smc: {
    label: 'SMC-D loopback',
    judgedOn: both,
    loader: 'smcctl',
    noStream: smcSendsShort,
    proof: { by: 'counter', counter: 'smcd_tx_bytes' },
    kernelSymbol: 'smc_lo_get_dev',
    drivers: tcpPrograms,
  },
  'smc-spin': {
    label: 'SMC-D, both ends spin',
    judgedOn: both,
    loader: 'smcctl',
    proof: { by: 'counter', counter: 'smcd_tx_bytes' },
    kernelSymbol: 'smc_lo_get_dev',
    drivers: ['pingpong'],
  },
  sockmap: {
    label: 'sockmap redirect',
    judgedOn: both,
    loader: 'sockmapctl',
    noStream: sockmapHasNoLimit,
    proof: { by: 'counter', counter: 'redirected_bytes' },
    drivers: tcpPrograms,
  },
  splice: {
    label: 'splice',
    judgedOn: both,
    loader: 'splicectl',
    proof: { by: 'counter', counter: 'ring_bytes' },
    kernelSymbol: 'bpf_sock_splice_pair',
    sysctls: ringSize,
    drivers: tcpPrograms,
  },
  'splice-poll': {
    label: 'splice, busy poll 50 us',
    judgedOn: both,
    loader: 'splicectl',
    proof: { by: 'counter', counter: 'ring_bytes' },
    kernelSymbol: 'bpf_sock_splice_pair',
    loaderArgs: ({ budget_us }) => ['--busy-poll-us', `${budget_us ?? 50}`],
    sysctls: ringSize,
    drivers: tcpPrograms,
  },
  onecopy: {
    label: 'one-copy rendezvous',
    judgedOn: both,
    loader: 'onecopyctl',
    proof: { by: 'counter', counter: 'copied_bytes', leavesRestToTcp: true },
    kernelSymbol: 'bpf_sock_onecopy_pair',
    drivers: tcpPrograms,
  },
  'shm-limit': {
    label: 'shared memory (limit)',
    judgedOn: both,
    proof: { by: 'domain', domain: 'none' },
    drivers: ['pingpong'],
  },
  'syscall-limit': {
    label: 'shared memory + 4 socket calls (limit)',
    judgedOn: both,
    proof: { by: 'domain', domain: 'none' },
    drivers: ['pingpong'],
  },
} as const satisfies Record<string, Variant>;

export type VariantName = keyof typeof variants;

export function variantOf(name: string): Variant {
  const variant: Variant | undefined = (variants as Record<string, Variant>)[name];
  if (variant === undefined) {
    throw new TypeError(`no variant is called ${name}`);
  }
  return variant;
}

import { z } from 'zod';
import type { Params } from '../sample.ts';
import { type SocketVariant, socket } from './socket.ts';

const smcSendsShort =
  'netperf ends a stream at the first short send, and a blocking send of SMC returns short once its ring is full';
const sockmapHasNoLimit =
  'the ingress queue of sockmap on 6.12 has no receive-buffer limit: a stream fills it to the end of tcp_mem, and send() fails with ENOMEM';
const ringSize = ({ ring_bytes }: Params): Record<string, number | string> =>
  ring_bytes === undefined || ring_bytes === null ? {} : { 'net.ipv4.tcp_splice_ring_bytes': ring_bytes };

/** All socket variants: ways for two processes of one kernel to communicate. */
export const sockets = {
  tcp: socket({
    label: 'TCP',
    proof: { by: 'device' },
    programs: 'tcp',
    look: { hue: 'slate', line: 'solid', shape: 'circle' },
  }),
  'tcp-declined': socket({
    label: 'TCP, splicing program attached and declining',
    loader: 'splicectl',
    loaderArgs: () => ['--decline'],
    proof: { by: 'device' },
    kernelSymbol: 'bpf_sock_splice_pair',
    programs: 'tcp',
    look: { hue: 'slate', line: 'dotted', shape: 'square' },
  }),
  'tcp-spin': socket({
    label: 'TCP, both ends spin',
    proof: { by: 'device' },
    programs: 'pingpong',
    look: { hue: 'slate', line: 'dashed', shape: 'triangle-up' },
  }),
  unix: socket({
    label: 'AF_UNIX',
    proof: { by: 'domain', domain: 'AF_UNIX' },
    programs: 'pingpong',
    look: { hue: 'green', line: 'solid', shape: 'triangle-down' },
  }),
  'unix-spin': socket({
    label: 'AF_UNIX, both ends spin',
    proof: { by: 'domain', domain: 'AF_UNIX' },
    programs: 'pingpong',
    look: { hue: 'green', line: 'dashed', shape: 'square' },
  }),
  smc: socket({
    label: 'SMC-D loopback',
    loader: 'smcctl',
    noStream: smcSendsShort,
    proof: { by: 'counter', counter: 'smcd_tx_bytes' },
    kernelSymbol: 'smc_lo_get_dev',
    programs: 'tcp',
    look: { hue: 'vermilion', line: 'solid', shape: 'square' },
  }),
  'smc-spin': socket({
    label: 'SMC-D, both ends spin',
    loader: 'smcctl',
    proof: { by: 'counter', counter: 'smcd_tx_bytes' },
    kernelSymbol: 'smc_lo_get_dev',
    programs: 'pingpong',
    look: { hue: 'vermilion', line: 'dashed', shape: 'triangle-down' },
  }),
  sockmap: socket({
    label: 'sockmap redirect',
    loader: 'sockmapctl',
    noStream: sockmapHasNoLimit,
    proof: { by: 'counter', counter: 'redirected_bytes' },
    programs: 'tcp',
    look: { hue: 'purple', line: 'solid', shape: 'diamond' },
  }),
  splice: socket({
    label: 'splice',
    loader: 'splicectl',
    proof: { by: 'counter', counter: 'ring_bytes' },
    kernelSymbol: 'bpf_sock_splice_pair',
    sysctls: ringSize,
    programs: 'tcp',
    look: { hue: 'blue', line: 'solid', shape: 'triangle-up' },
  }),
  'splice-poll': socket({
    label: 'splice, busy poll 50 us',
    loader: 'splicectl',
    proof: { by: 'counter', counter: 'ring_bytes' },
    kernelSymbol: 'bpf_sock_splice_pair',
    loaderArgs: ({ budget_us }) => ['--busy-poll-us', `${budget_us ?? 50}`],
    sysctls: ringSize,
    programs: 'tcp',
    look: { hue: 'blue', line: 'dashed', shape: 'circle' },
  }),
  onecopy: socket({
    label: 'one-copy rendezvous',
    loader: 'onecopyctl',
    proof: { by: 'counter', counter: 'copied_bytes', leavesRestToTcp: true },
    kernelSymbol: 'bpf_sock_onecopy_pair',
    programs: 'tcp',
    look: { hue: 'indigo', line: 'solid', shape: 'cross' },
  }),
  'shm-limit': socket({
    label: 'shared memory (limit)',
    proof: { by: 'domain', domain: 'none' },
    programs: 'pingpong',
    look: { hue: 'ochre', line: 'dotted', shape: 'cross' },
  }),
  'syscall-limit': socket({
    label: 'shared memory + 4 socket calls (limit)',
    proof: { by: 'domain', domain: 'none' },
    programs: 'pingpong',
    look: { hue: 'ochre', line: 'dotted', shape: 'diamond' },
  }),
};

export type SocketName = keyof typeof sockets;

/** The variants for any program with TCP sockets. */
export type TcpName = {
  [Name in SocketName]: (typeof sockets)[Name]['programs'] extends 'tcp' ? Name : never;
}[SocketName];

export const overTcp = Object.fromEntries(
  Object.entries(sockets).filter(([, { programs }]) => programs === 'tcp'),
) as Record<TcpName, SocketVariant>;

/** The factors of some variants, for all workloads. */
export const socketFactors = {
  /** The size of a spliced socket's ring; the kernel's default without it. */
  ring_bytes: z.int().positive().optional(),
  /** How long a reader of splice-poll polls before it sleeps, microseconds. */
  budget_us: z.int().nonnegative().optional(),
};

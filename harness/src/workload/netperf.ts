import { z } from 'zod';
import { Failure } from '../host/failure.ts';
import { instructionsPerTransaction } from './instructions.ts';
import type { HostSite } from './site.ts';
import { atClient, atServer, clearServer, type Topology, topologyOf } from './topology.ts';
import type { SocketMeasurement } from './variant/socket-row.ts';
import { overTcp, socketFactors } from './variant/sockets.ts';
import { defineWorkload, type Session } from './workload.ts';

const sampleSeconds = 1;
/** Enough round trips for the congestion window, the socket buffers and the scheduler to become stable. */
const warmUpTransactions = 2000;

const factors = z.object({
  /** Requests on one connection, requests on a new connection each, or data in one direction. */
  test: z.enum(['rr', 'crr', 'stream']),
  ...socketFactors,
});

/**
 * Debian's netperf, one run for each sample. `-P 0 -k` gives key=value lines. Netperf's confidence loop is not used,
 * because it sees only one boot. Both ends are pinned: client on vCPU 0, server on 1.
 */
export default defineWorkload({
  name: 'netperf',
  layers: ['netperf'],
  pinned: true,
  variants: overTcp,
  factors,
  async open(site) {
    const place = topologyOf(site.params.topology);
    await run(site, atServer(place, ['netserver', '-4']));
    return session(site, place);
  },
});

const session = (site: HostSite, place: Topology): Session<SocketMeasurement> => ({
  async warmUp() {
    const length = testOf(site) === 'stream' ? '1' : `-${warmUpTransactions}`;
    await run(site, atClient(place, clientArgv(site, place, length)));
  },
  async sample() {
    return readNetperf(site, await run(site, atClient(place, clientArgv(site, place, `${sampleSeconds}`))));
  },
  async [Symbol.asyncDispose]() {
    await clearServer(site.host);
  },
});

const testOf = ({ params }: Pick<HostSite, 'params'>) => factors.parse(params).test;

/** TCP_CRR opens a connection for every transaction and closes it. */
const types = { rr: 'TCP_RR', crr: 'TCP_CRR', stream: 'TCP_STREAM' } as const;

/** `more`: further options of the test itself. */
export function clientArgv(
  { params }: Pick<HostSite, 'params'>,
  place: Topology,
  length: string,
  more: readonly string[] = [],
): string[] {
  const { test } = factors.parse(params);
  const head = ['netperf', '-4', '-P', '0', '-H', place.serverAddress, '-T', '0,1', '-l', length];
  const own =
    test === 'stream'
      ? ['-m', `${params.size}`, '-k', `${keys},LOCAL_BYTES_SENT`]
      : ['-r', `${params.size},${params.size}`, '-k', keys];
  return [...head, '-t', types[test], '--', ...own, ...more];
}

const keys = 'THROUGHPUT,THROUGHPUT_UNITS,ELAPSED_TIME';

async function run({ host }: HostSite, argv: string[]): Promise<string> {
  const { stdout } = await host.must(argv, { timeoutMs: 120_000, kind: 'cell', what: 'netperf' });
  return stdout.toString();
}

const reportSchema = z.object({
  THROUGHPUT: z.coerce.number().positive(),
  THROUGHPUT_UNITS: z.enum(['Trans/s', '10^6bits/s']),
  ELAPSED_TIME: z.coerce.number().positive(),
  LOCAL_BYTES_SENT: z.coerce.number().positive().optional(),
});

/** Reads netperf's key=value lines. A missing line or another unit is an error, never a zero. */
export function parseNetperf(text: string) {
  const pairs = [...text.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, key, value]) => [key, value]);
  const parsed = reportSchema.safeParse(Object.fromEntries(pairs));
  if (!parsed.success) {
    throw new Failure('cell', `netperf's output cannot be read (${z.prettifyError(parsed.error)}): ${text}`);
  }
  return parsed.data;
}

export function readNetperf(site: Pick<HostSite, 'params'>, raw: string): SocketMeasurement {
  const report = parseNetperf(raw);
  return testOf(site) === 'stream' ? readStream(site, report, raw) : readRoundTrips(site, report, raw);
}

type Report = z.infer<typeof reportSchema>;

function readRoundTrips(
  { params }: Pick<HostSite, 'params'>,
  { THROUGHPUT: rate, ELAPSED_TIME: seconds }: Report,
  raw: string,
) {
  const { test } = factors.parse(params);
  const transactions = rate * seconds;
  const values = [{ metric: 'rate', value: rate }, ...instructionsPerTransaction(params, rate)] as const;
  const opened = test === 'crr' ? { connections: transactions } : {};
  return { values, payloadBytes: transactions * params.size * 2, transactions, ...opened, raw, observed: {} };
}

/** Reads a stream's result. A stream that ended early was cut off by a short send. */
export function readStream(
  { params }: Pick<HostSite, 'params'>,
  report: Report,
  raw: string,
): SocketMeasurement {
  const { THROUGHPUT: mbitPerS, ELAPSED_TIME: seconds, LOCAL_BYTES_SENT: payloadBytes } = report;
  if (payloadBytes === undefined || seconds < sampleSeconds * 0.95) {
    throw new Failure('cell', `netperf's stream ended after ${seconds} s of ${sampleSeconds}: ${raw}`);
  }
  const values = [{ metric: 'mbit_per_s', value: mbitPerS }] as const;
  return { values, payloadBytes, transactions: payloadBytes / params.size, raw, observed: {} };
}

import { z } from 'zod';
import { Failure } from '../host/failure.ts';
import { instructionsPerTransaction } from './instructions.ts';
import type { HostSite } from './site.ts';
import { atClient, atServer, clearServer, type Topology, topologyOf } from './topology.ts';
import type { SocketMeasurement } from './variant/socket-row.ts';
import { overTcp, socketFactors } from './variant/sockets.ts';
import { defineWorkload, type Session } from './workload.ts';

const factors = z.object({
  test: z.enum(['get', 'set']),
  /** The number of parallel connections. */
  clients: z.int().positive(),
  ...socketFactors,
});

/** About a second of each: one client waits for every answer, fifty keep the server busy. */
const requestsOf = ({ params }: Pick<HostSite, 'params'>) =>
  factors.parse(params).clients === 1 ? 10_000 : 20_000;
const warmUpRequests = 1000;

/** The literal key of redis-benchmark without random keys. */
const key = 'key:__rand_int__';

/** Debian's redis-server and redis-benchmark, unchanged, nothing written to a disk; client on vCPU 0, server on 1. */
export default defineWorkload({
  name: 'redis',
  layers: ['redis'],
  pinned: true,
  variants: overTcp,
  factors,
  async open(site) {
    const place = topologyOf(site.params.topology);
    await start(site, place);
    await benchmark(site, place, 'set', 1);
    return session(site, place);
  },
});

const session = (site: HostSite, place: Topology): Session<SocketMeasurement> => ({
  warmUp: async () => void (await benchmark(site, place, testOf(site), warmUpRequests)),
  async sample() {
    await demandValue(site, place);
    return readRedis(site, await benchmark(site, place, testOf(site), requestsOf(site)));
  },
  [Symbol.asyncDispose]: () => clearServer(site.host),
});

/** Returns once the server answers; throws with the server's log if it ended. */
async function start(site: HostSite, place: Topology): Promise<void> {
  const options = [
    '--bind',
    place.serverAddress,
    '--protected-mode',
    'no',
    '--save',
    '',
    '--appendonly',
    'no',
  ];
  const server = ['taskset', '-c', '1', 'redis-server', ...options, '--daemonize', 'yes', '--logfile', log];
  const patience = 'for i in $(seq 500); do "$@" ping >/dev/null 2>&1 && exit 0; usleep 20000; done';
  await run(site, atServer(place, ['sh', '-c', `rm -f ${log}; exec "$@"`, 'sh', ...server]));
  await run(site, atClient(place, ['sh', '-c', `${patience}; cat ${log} >&2; exit 1`, 'sh', ...cli(place)]));
}

const log = '/tmp/redis.log';
const cli = ({ serverAddress }: Topology) => ['redis-cli', '-h', serverAddress];

function benchmark(site: HostSite, place: Topology, test: string, requests: number): Promise<string> {
  const { size } = site.params;
  const { clients } = factors.parse(site.params);
  const load = ['-c', `${clients}`, '-n', `${requests}`, '-d', `${size}`, '-t', test, '--csv'];
  const argv = ['taskset', '-c', '0', 'redis-benchmark', '-h', place.serverAddress, ...load];
  return run(site, atClient(place, argv));
}

/** Checks the key's value, because a GET of a missing key would be measured too, and carry nothing. */
async function demandValue(site: HostSite, place: Topology): Promise<void> {
  const length = await run(site, atClient(place, [...cli(place), 'strlen', key]));
  if (Number(length) !== site.params.size) {
    throw new Failure('cell', `redis holds ${length.trim()} bytes at ${key}, not ${site.params.size}`);
  }
}

async function run({ host }: HostSite, argv: string[]): Promise<string> {
  const what = argv.slice(-6).join(' ');
  const { stdout } = await host.must(argv, { timeoutMs: 300_000, kind: 'cell', what });
  return stdout.toString();
}

const testOf = ({ params }: Pick<HostSite, 'params'>) => factors.parse(params).test;

const reportSchema = z.object({
  rps: z.coerce.number().positive(),
  p50_latency_ms: z.coerce.number().nonnegative(),
  p99_latency_ms: z.coerce.number().nonnegative(),
});

/** Reads the table that `--csv` prints: a line of names, and a line of values for the one test. */
export function readRedis(site: Pick<HostSite, 'params'>, raw: string): SocketMeasurement {
  const rows = raw
    .trim()
    .split('\n')
    .map((line) => [...line.matchAll(/"([^"]*)"/g)].map(([, field]) => field));
  const names = rows.find(([first]) => first === 'test') ?? [];
  const values = rows.find(([first]) => first?.toLowerCase() === testOf(site)) ?? [];
  const parsed = reportSchema.safeParse(Object.fromEntries(names.map((name, at) => [name, values[at]])));
  if (!parsed.success) {
    throw new Failure(
      'cell',
      `redis-benchmark's output cannot be read (${z.prettifyError(parsed.error)}): ${raw}`,
    );
  }
  const { rps, p50_latency_ms, p99_latency_ms } = parsed.data;
  const { params } = site;
  const latency = [
    { metric: 'latency_us_p50', value: p50_latency_ms * 1000 },
    { metric: 'latency_us_p99', value: p99_latency_ms * 1000 },
  ] as const;
  const transactions = requestsOf(site);
  return {
    values: [
      { metric: 'rate', value: rps },
      ...instructionsPerTransaction(params, rps),
      ...(params.clock === 'wall' ? latency : []),
    ],
    payloadBytes: transactions * exchangeBytes(testOf(site), params.size),
    transactions,
    raw,
    observed: {},
  };
}

/** One request and its answer in the protocol's own bytes. */
export function exchangeBytes(test: string, size: number): number {
  const bulk = (text: string) => `$${text.length}\r\n${text}\r\n`;
  const value = `$${size}\r\n\r\n`.length + size;
  return test === 'get'
    ? `*2\r\n${bulk('GET')}${bulk(key)}`.length + value
    : `*3\r\n${bulk('SET')}${bulk(key)}`.length + value + '+OK\r\n'.length;
}

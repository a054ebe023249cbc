import { z } from 'zod';
import { Failure } from '../host/failure.ts';
import { instructionsPerTransaction } from './instructions.ts';
import { atClient, topologyOf } from './topology.ts';
import type { SocketVariant } from './variant/socket.ts';
import type { SocketMeasurement } from './variant/socket-row.ts';
import { socketFactors, sockets } from './variant/sockets.ts';
import { defineWorkload, type Over } from './workload.ts';

const sampleSeconds = 1;
const warmUpSeconds = 0.05;

const factors = z.object({
  test: z.enum(['rr']),
  /** Requests sent before the first answer is read; default 1. */
  ahead: z.int().positive().optional(),
  /** How long the server waits before it answers, microseconds. */
  think_us: z.int().nonnegative().optional(),
  ...socketFactors,
});

/**
 * The request-response program of harness/guest/pingpong. It opens the sockets of a variant itself. For a variant with
 * a loader it uses plain TCP, so that netperf and pingpong can be compared.
 */
export default defineWorkload({
  name: 'pingpong',
  layers: [],
  pinned: true,
  variants: sockets,
  factors,
  async open(site) {
    return {
      async warmUp() {
        await pingpongOnce(site, warmUpSeconds);
      },
      sample: () => pingpongOnce(site, sampleSeconds),
      async [Symbol.asyncDispose]() {},
    };
  },
});

export async function pingpongOnce(site: Over<SocketVariant>, seconds: number): Promise<SocketMeasurement> {
  const argv = argvOf(site, seconds);
  const { stdout } = await site.host.must(argv, { timeoutMs: 120_000, kind: 'cell', what: 'pingpong' });
  return readPingpong(site, stdout.toString());
}

function argvOf({ params, variant, variantName }: Over<SocketVariant>, seconds: number): string[] {
  const place = topologyOf(params.topology);
  const opens =
    variant.loader === undefined ? variantName : variantName.endsWith('-spin') ? 'tcp-spin' : 'tcp';
  const argv = [
    'zerohop-pingpong',
    '--variant',
    opens,
    '--size',
    `${params.size}`,
    '--seconds',
    `${seconds}`,
  ];
  argv.push('--cpus', '0,1', '--connect', place.serverAddress, '--json');
  for (const [factor, option] of Object.entries(optionOf)) {
    const value = params[factor];
    if (value !== undefined && value !== null) argv.push(option, `${value}`);
  }
  if (place.clientNetns !== undefined && place.serverNetns !== undefined) {
    argv.push('--client-netns', place.clientNetns, '--server-netns', place.serverNetns);
  }
  return atClient({ serverAddress: place.serverAddress }, argv);
}

/** The factors that are options of pingpong. */
const optionOf = { ahead: '--ahead', think_us: '--think-us' } as const;

const reportSchema = z.looseObject({
  transactions: z.number().positive(),
  rate: z.number().positive(),
  latency_us_p50: z.number().nonnegative(),
  latency_us_p99: z.number().nonnegative(),
});

/** Two spinning ends on one CPU make some tens of round trips a second: an error, not a sample. */
const slowestSpin = 1000;

export function readPingpong(
  { params, variantName }: Pick<Over<SocketVariant>, 'params' | 'variantName'>,
  raw: string,
): SocketMeasurement {
  const parsed = reportSchema.safeParse(JSON.parse(raw));
  if (!parsed.success) {
    throw new Failure('cell', `pingpong's output cannot be read (${z.prettifyError(parsed.error)}): ${raw}`);
  }
  const { transactions, rate, latency_us_p50, latency_us_p99, ...rest } = parsed.data;
  if (variantName.endsWith('-spin') && rate < slowestSpin) {
    throw new Failure(
      'cell',
      `${variantName} made ${rate} transactions/s, which is a spin that waits for its turn`,
    );
  }
  const latency = [
    { metric: 'latency_us_p50', value: latency_us_p50 },
    { metric: 'latency_us_p99', value: latency_us_p99 },
  ] as const;
  return {
    values: [
      { metric: 'rate', value: rate },
      ...instructionsPerTransaction(params, rate),
      ...(params.clock === 'wall' ? latency : []),
    ],
    payloadBytes: transactions * params.size * 2,
    transactions,
    raw,
    observed: observedOf(rest),
  };
}

const observedOf = (rest: Record<string, unknown>): Record<string, string | number> =>
  Object.fromEntries(
    Object.entries(rest).filter(
      (pair): pair is [string, string | number] => typeof pair[1] === 'string' || typeof pair[1] === 'number',
    ),
  );

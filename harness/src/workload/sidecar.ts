import { z } from 'zod';
import type { Host } from '../guest/host.ts';
import { Failure } from '../host/failure.ts';
import { type Mesh, meshNetns, meshPort, raiseMesh } from './mesh.ts';
import { clientArgv, readNetperf } from './netperf.ts';
import type { HostSite } from './site.ts';
import { atClient, atServer, guestPath, topologies } from './topology.ts';
import type { SocketMeasurement } from './variant/socket-row.ts';
import { socketFactors, sockets } from './variant/sockets.ts';
import { defineWorkload } from './workload.ts';

const factors = z.object({
  /** Requests on one connection, or data in one direction. */
  test: z.enum(['rr', 'stream']),
  ...socketFactors,
});
const { tcp, splice, 'splice-poll': splicePoll } = sockets;
const place = topologies.container;

/**
 * Debian's netperf through two of Debian's haproxy, of which its ends know nothing (mesh.ts). The client and its proxy
 * are on vCPU 0, the other proxy and the server on 1.
 */
export default defineWorkload({
  name: 'sidecar',
  layers: ['netperf', 'nat', 'haproxy'],
  pinned: true,
  variants: { tcp, splice, 'splice-poll': splicePoll },
  factors,
  async open(site) {
    const mesh = await raiseMesh(site.host);
    await run(site.host, atServer(place, ['netserver', '-4']));
    return {
      warmUp: async () => void (await netperf(site, testOf(site) === 'rr' ? '-500' : '1')),
      sample: () => sample(site, mesh),
      [Symbol.asyncDispose]: () => mesh[Symbol.asyncDispose](),
    };
  },
});

const testOf = ({ params }: Pick<HostSite, 'params'>) => factors.parse(params).test;

const netperf = (site: HostSite, length: string) =>
  run(site.host, atClient(place, clientArgv(site, place, length, ['-P', `0,${meshPort}`])));

async function sample(site: HostSite, mesh: Mesh): Promise<SocketMeasurement> {
  const before = { ...(await mesh.translated()), ...(await ringBytes(site.host)) };
  const raw = await netperf(site, '1');
  const after = { ...(await mesh.translated()), ...(await ringBytes(site.host)) };
  const grown = (name: keyof typeof before) => after[name] - before[name];
  for (const by of ['redirect', 'dnat'] as const) {
    if (grown(by) !== 1) throw new Failure('cell', `${by} translated ${grown(by)} connections, not 1`);
  }
  return alongMesh(site, readNetperf(site, raw), grown);
}

/** Bytes that sockets of each namespace ever put into rings. A kernel without the series has no such counter. */
async function ringBytes(host: Host): Promise<Record<keyof typeof meshNetns, number>> {
  const of = async (netns: string) => {
    const argv = ['ip', 'netns', 'exec', netns, 'nstat', '-asz', 'TcpExtTCPSpliceRingBytes'];
    return Number(/TCPSpliceRingBytes\s+(\d+)/.exec(await run(host, argv))?.[1] ?? 0);
  };
  const { client, gateway, server } = meshNetns;
  return { client: await of(client), gateway: await of(gateway), server: await of(server) };
}

async function run(host: Host, argv: string[]): Promise<string> {
  const what = argv.slice(-6).join(' ');
  const options = { timeoutMs: 600_000, kind: 'cell', what, env: { PATH: guestPath } } as const;
  return (await host.must(argv, options)).stdout.toString();
}

/**
 * How often a payload in one direction is sent in each namespace: by the client and its proxy on the way there, by the
 * gateway in both directions, by the server and the client's proxy on the way back.
 */
const there = { client: 2, gateway: 1, server: 0 };
const thereAndBack = { client: 3, gateway: 2, server: 1 };

/** Adds what the sockets of each namespace sent. */
export function alongMesh(
  site: Pick<HostSite, 'params'>,
  measured: SocketMeasurement,
  ringBytesOf: (name: keyof typeof meshNetns) => number,
): SocketMeasurement {
  const isRoundTrip = testOf(site) === 'rr';
  const [times, directions] = isRoundTrip ? [thereAndBack, 2] : [there, 1];
  const names = Object.keys(times) as (keyof typeof times)[];
  const senders = names.map((name) => ({
    netns: meshNetns[name],
    payloadBytes: ((measured.payloadBytes ?? 0) / directions) * times[name],
    ringBytes: ringBytesOf(name),
  }));
  return { ...measured, senders };
}

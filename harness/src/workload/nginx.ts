import { z } from 'zod';
import { Failure } from '../host/failure.ts';
import { instructionsPerTransaction } from './instructions.ts';
import type { HostSite } from './site.ts';
import { atClient, atServer, clearServer, guestPath, type Topology, topologyOf } from './topology.ts';
import type { SocketMeasurement } from './variant/socket-row.ts';
import { overTcp, socketFactors } from './variant/sockets.ts';
import { defineWorkload } from './workload.ts';

const factors = z.object({
  /** The number of parallel connections, which are kept open. */
  clients: z.int().positive(),
  ...socketFactors,
});

const port = 7080;

/** Debian's nginx with one worker sends a file to Debian's wrk; client on vCPU 0, server on 1. */
export default defineWorkload({
  name: 'nginx',
  layers: ['nginx'],
  pinned: true,
  variants: overTcp,
  factors,
  async open(site) {
    const place = topologyOf(site.params.topology);
    await run(site, atServer(place, ['sh', '-c', startScript, config(place), `${site.params.size}`]));
    return {
      warmUp: async () => void (await wrk(site, place)),
      async sample() {
        await run(site, atClient(place, ['sh', '-c', compareScript, url(place)]));
        return readWrk(site, await wrk(site, place));
      },
      [Symbol.asyncDispose]: () => clearServer(site.host),
    };
  },
});

const url = ({ serverAddress }: Topology) => `http://${serverAddress}:${port}/body`;

const config = ({ serverAddress }: Topology) => `worker_processes 1;
error_log /tmp/nginx.log;
pid /tmp/nginx.pid;
events { worker_connections 1024; }
http {
	access_log off;
	sendfile on;
	keepalive_requests 100000000;
	client_body_temp_path /tmp/body;
	proxy_temp_path /tmp/proxy;
	fastcgi_temp_path /tmp/fastcgi;
	uwsgi_temp_path /tmp/uwsgi;
	scgi_temp_path /tmp/scgi;
	server { listen ${serverAddress}:${port}; root /tmp/www; }
}
`;

/** nginx listens when its first process ends. The port of the previous sample's server may still be taken. */
const startScript = `set -e
mkdir -p /tmp/www
head -c "$1" /dev/urandom > /tmp/www/body
echo "$0" > /tmp/nginx.conf
exec taskset -c 1 nginx -c /tmp/nginx.conf -e /tmp/nginx.log`;

const compareScript = `curl -sf "$0" | cmp - /tmp/www/body`;

function wrk(site: HostSite, place: Topology): Promise<string> {
  const { clients } = factors.parse(site.params);
  const load = ['-t', '1', '-c', `${clients}`, '-d', '1', '--latency'];
  return run(site, atClient(place, ['taskset', '-c', '0', 'wrk', ...load, url(place)]));
}

async function run({ host }: HostSite, argv: string[]): Promise<string> {
  const what = argv.slice(-6).join(' ');
  const options = { timeoutMs: 120_000, kind: 'cell', what, env: { PATH: guestPath } } as const;
  return (await host.must(argv, options)).stdout.toString();
}

const reportSchema = z.object({
  rate: z.coerce.number().positive(),
  requests: z.coerce.number().positive(),
});

/** Reads what wrk prints. An answer that is not a file, or a connection that failed, is an error. */
export function readWrk({ params }: Pick<HostSite, 'params'>, raw: string): SocketMeasurement {
  const parsed = reportSchema.safeParse({
    rate: /^Requests\/sec:\s+([\d.]+)$/m.exec(raw)?.[1],
    requests: /^\s+(\d+) requests in /m.exec(raw)?.[1],
  });
  if (!parsed.success || /Socket errors|Non-2xx/.test(raw)) {
    throw new Failure('cell', `wrk's output has no rate, or has errors: ${raw}`);
  }
  const { rate, requests } = parsed.data;
  return {
    values: [{ metric: 'rate', value: rate }, ...instructionsPerTransaction(params, rate)],
    // The bodies alone: the proof's minimum.
    payloadBytes: requests * params.size,
    transactions: requests,
    raw,
    observed: {},
  };
}

import { z } from 'zod';
import { Failure } from '../host/failure.ts';
import type { HostSite } from './site.ts';
import { atClient, atServer, clearServer, type Topology, topologyOf } from './topology.ts';
import { sockets } from './variant/sockets.ts';
import { defineWorkload } from './workload.ts';

const factors = z.object({ run: z.string(), parse: z.string(), serve: z.string() });

/**
 * Any command line, run by a shell in the guest under the variant. Its parts are factors of the cell, so that a result
 * names them: `run`, `parse` (a regular expression whose first group is the value), and `serve`, a server to start
 * beforehand ("" for none). $SERVER is the server's address. The root has the programs of every other workload.
 */
export default defineWorkload({
  name: 'command',
  layers: ['netperf', 'redis'],
  pinned: false,
  variants: sockets,
  factors,
  async open(site) {
    const place = topologyOf(site.params.topology);
    const env = { SERVER: place.serverAddress };
    const { run, serve } = factors.parse(site.params);
    if (serve !== '') await start(site, place, serve, env);
    const once = async () => {
      const argv = atClient(place, ['sh', '-c', run]);
      const result = await site.host.run(argv, { timeoutMs: 600_000, env });
      if (result.status !== 0) {
        const served = serve === '' ? '' : await serverSaid(site);
        throw new Failure(
          'cell',
          `the command ended with status ${result.status}: ${result.stderr}${served}`,
        );
      }
      return `${result.stdout}`;
    };
    return {
      warmUp: async () => void (await once()),
      sample: async () => {
        const raw = await once();
        const values = [{ metric: 'value', value: parsedValue(site, raw) }] as const;
        return { values, payloadBytes: null, transactions: 1, raw, observed: {} };
      },
      [Symbol.asyncDispose]: () => clearServer(site.host),
    };
  },
});

const serverLog = '/tmp/serve.log';
const listenTimeoutMs = 60_000;

/** Waits until nothing listens: the server of the previous sample may still be ending. */
const startScript = `while ss -Hltn | grep -q .; do usleep 20000; done
rm -f /tmp/serve.failed
{ sh -c "$0" || touch /tmp/serve.failed; } </dev/null >${serverLog} 2>&1 &
until ss -Hltn | grep -q .; do
	[ ! -e /tmp/serve.failed ] || exit 1
	usleep 20000
done`;

/** Returns once the server listens, because an earlier client would be refused. */
async function start(site: HostSite, place: Topology, serve: string, env: { SERVER: string }): Promise<void> {
  const argv = atServer(place, ['sh', '-c', startScript, serve]);
  const { status, timedOut } = await site.host.run(argv, { timeoutMs: listenTimeoutMs, env });
  if (status === 0) return;
  const said = await serverSaid(site);
  await clearServer(site.host);
  const what = timedOut
    ? `listens on no TCP port after ${listenTimeoutMs / 1000} s`
    : 'ended before it listened';
  throw new Failure('cell', `the server "${serve}" ${what}: ${said}`);
}

const serverSaid = async ({ host }: HostSite) => `${(await host.run(['cat', serverLog])).stdout}`;

function parsedValue({ params }: HostSite, raw: string): number {
  const { parse } = factors.parse(params);
  const found = new RegExp(parse, 'm').exec(raw);
  const value = Number((found?.[1] ?? found?.[0] ?? '').replaceAll(',', ''));
  if (found === null || !Number.isFinite(value)) {
    throw new Failure('cell', `/${parse}/ finds no number in the command's output: ${raw.slice(0, 2000)}`);
  }
  return value;
}

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

/** Debian's pgbench reads a row of Debian's PostgreSQL, by a prepared statement; client on vCPU 0, server on 1. */
export default defineWorkload({
  name: 'pgbench',
  layers: ['postgresql'],
  pinned: true,
  variants: overTcp,
  factors,
  async open(site) {
    const place = topologyOf(site.params.topology);
    await run(site, atServer(place, ['sh', '-c', startScript, place.serverAddress]));
    await run(site, atClient(place, ['sh', '-c', fillScript, place.serverAddress, `${site.params.size}`]));
    return {
      warmUp: async () => void (await pgbench(site, place)),
      async sample() {
        await run(site, atClient(place, ['sh', '-c', compareScript, place.serverAddress]));
        return readPgbench(site, await pgbench(site, place));
      },
      [Symbol.asyncDispose]: () => clearServer(site.host),
    };
  },
});

const programs = 'set -e; export PATH=/usr/lib/postgresql/15/bin:$PATH PGUSER=nobody PGPORT=7432';
const asClient = `${programs} PGDATABASE=postgres PGHOST="$0"`;

/** A database is made once for a host. PostgreSQL refuses to run as root. */
const startScript = `${programs}
mkdir -p /tmp/pg
chown nobody /tmp/pg
cd /tmp/pg
if ! test -e made; then
  su -s /bin/sh nobody -c 'exec initdb -D /tmp/pg/data -A trust --no-locale -E UTF8 -N' >/tmp/initdb.log 2>&1
  echo 'host all all all trust' >>data/pg_hba.conf
  touch made
fi
rm -f data/postmaster.pid
settings="-p 7432 -k /tmp/pg -c fsync=off -c jit=off -c autovacuum=off -c listen_addresses=$0"
setsid su -s /bin/sh nobody -c "exec taskset -c 1 postgres -D /tmp/pg/data $settings" >/tmp/pg.log 2>&1 &`;

/** Keeps a row of random text, once the server answers. */
const fillScript = `${asClient}
for i in $(seq 500); do psql -c 'select 1' >/dev/null 2>&1 && break; usleep 100000; done
head -c "$1" /dev/urandom | od -An -v -tx1 | tr -d ' \\n' | head -c "$1" >/tmp/kept
psql -q -c 'drop table if exists kept' -c "create table kept as select '$(cat /tmp/kept)'::text as value"
echo 'select value from kept;' >/tmp/read.sql`;

const compareScript = `${asClient}; psql -At -c 'select value from kept' | head -c -1 | cmp - /tmp/kept`;

const benchScript = `${asClient}; exec taskset -c 0 pgbench -n -c "$1" -T 1 -M prepared -f /tmp/read.sql`;

const pgbench = (site: HostSite, place: Topology) =>
  run(
    site,
    atClient(place, ['sh', '-c', benchScript, place.serverAddress, `${factors.parse(site.params).clients}`]),
  );

async function run({ host }: HostSite, argv: string[]): Promise<string> {
  const what = argv.slice(-3).join(' ');
  const options = { timeoutMs: 600_000, kind: 'cell', what, env: { PATH: guestPath } } as const;
  return (await host.must(argv, options)).stdout.toString();
}

const reportSchema = z.object({
  rate: z.coerce.number().positive(),
  transactions: z.coerce.number().positive(),
  failed: z.literal('0'),
});

/** Reads what pgbench prints. A transaction that failed is an error. */
export function readPgbench({ params }: Pick<HostSite, 'params'>, raw: string): SocketMeasurement {
  const parsed = reportSchema.safeParse({
    rate: /^tps = ([\d.]+) \(without/m.exec(raw)?.[1],
    transactions: /^number of transactions actually processed: (\d+)/m.exec(raw)?.[1],
    failed: /^number of failed transactions: (\d+)/m.exec(raw)?.[1],
  });
  if (!parsed.success) throw new Failure('cell', `pgbench's output has no rate, or has errors: ${raw}`);
  const { rate, transactions } = parsed.data;
  return {
    values: [{ metric: 'rate', value: rate }, ...instructionsPerTransaction(params, rate)],
    // The rows alone: the proof's minimum.
    payloadBytes: transactions * params.size,
    transactions,
    raw,
    observed: {},
  };
}

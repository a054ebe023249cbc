import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { boot } from '../../src/guest/boot.ts';
import type { Host } from '../../src/guest/host.ts';
import { resolveKernel } from '../../src/kernel/resolve.ts';
import { machineOf, prepareKernel } from '../../src/run/machine.ts';
import { cgroup, raiseTopologies, topologies } from '../../src/workload/topology.ts';

const verified = 64;
const latencySamples = 2000;
const loaders = ['smcctl', 'sockmapctl', 'slowctl'];
const container = [
  ...['--connect', topologies.container.serverAddress],
  ...['--client-netns', topologies.container.clientNetns],
  ...['--server-netns', topologies.container.serverNetns],
];

let host: Host;
let logDir: string;

beforeAll(async () => {
  logDir = await mkdtemp(join(tmpdir(), 'zerohop-variants-'));
  const tested = await prepareKernel('default', await resolveKernel(undefined), ['netperf', 'pingpong']);
  host = await boot(machineOf({ clock: 'virtual', idle: null, seed: 1 }, tested, logDir));
  await raiseTopologies(host);
}, 60 * 60_000);

afterAll(async () => {
  await host?.[Symbol.asyncDispose]();
  await rm(logDir, { recursive: true });
});

afterEach(async () => {
  for (const loader of loaders) await run([loader, 'disable']);
});

const run = async (argv: readonly string[]) => {
  const { status, stdout, stderr } = await host.run(argv, { timeoutMs: 60_000 });
  return { status, stdout: stdout.toString(), stderr: stderr.toString() };
};

const must = async (argv: readonly string[]) => {
  const end = await run(argv);
  expect(end.status, `${argv.join(' ')}: ${end.stderr}`).toBe(0);
  return end.stdout;
};

const joined = ['sh', '-c', `echo $$ > ${cgroup}/cgroup.procs && exec "$@"`, 'join'];
const pingpong = (variant: string, size: number, ...more: string[]) => [
  ...['zerohop-pingpong', '--variant', variant, '--size', `${size}`, '--seconds', '0.05', '--json'],
  ...more,
];

const reportSchema = z.looseObject({
  transactions: z.number().positive(),
  rate: z.number().positive(),
  domain: z.string().nullable(),
  protocol: z.string().nullable(),
  verified: z.literal(verified),
  tcp_bytes_sent: z.number().nullable(),
});
const measure = async (argv: readonly string[]) => reportSchema.parse(JSON.parse(await must(argv)));
const status = async (loader: string): Promise<Record<string, number>> =>
  z.record(z.string(), z.number()).parse(JSON.parse(await must([loader, 'status', '--json'])));
/** The bytes of one run of pingpong in both directions, including its unrecorded transactions. */
const moved = ({ transactions }: { transactions: number }, size: number) =>
  (transactions + verified + latencySamples) * size * 2;

test.each([
  ['tcp', 'AF_INET', 'IPPROTO_TCP'],
  ['tcp-spin', 'AF_INET', 'IPPROTO_TCP'],
  ['unix', 'AF_UNIX', null],
  ['unix-spin', 'AF_UNIX', null],
  ['shm-limit', null, null],
  ['syscall-limit', null, null],
])('pingpong moves whole messages of any size over %s', async (variant, domain, protocol) => {
  for (const size of [1, 7, 1024, 65_536]) {
    const report = await measure(pingpong(variant, size));
    expect(report).toMatchObject({ domain, protocol });
    if (domain !== 'AF_INET') continue;
    // tcp_info counts what TCP sent again, too: a large message's last bytes now and then.
    expect(report.tcp_bytes_sent).toBeGreaterThanOrEqual(report.transactions * size);
    expect(report.tcp_bytes_sent).toBeLessThan((report.transactions + 1) * size + 1);
  }
});

test('the ladder of the limits stands: shared memory, then its system calls, then sockets that spin', async () => {
  const rate = async (variant: string) => (await measure(pingpong(variant, 1024))).rate;
  const [shm, calls, unixSpin, unix, tcp] = [
    await rate('shm-limit'),
    await rate('syscall-limit'),
    await rate('unix-spin'),
    await rate('unix'),
    await rate('tcp'),
  ];
  expect(shm).toBeGreaterThan(calls);
  expect(calls).toBeGreaterThan(unixSpin);
  expect(unixSpin).toBeGreaterThan(unix);
  expect(unix).toBeGreaterThan(tcp);
  // Instructions a transaction: four copies of 128 words and little else, then four calls of some 650.
  expect(1e9 / shm).toBeLessThan(700);
  expect(1e9 / calls).toBeLessThan(3500);
});

test('pingpong names a missing option, and leaves no server behind when it is killed', async () => {
  expect(await run(['zerohop-pingpong', '--variant', 'tpc'])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("no variant is called 'tpc'"),
  });
  expect(await run(pingpong('tcp', 1, '--client-netns', 'nowhere'))).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('nowhere'),
  });
  // The kernel keeps 15 characters of a name.
  const running = 'grep -lx zerohop-pingpon /proc/[0-9]*/comm | wc -l';
  const script = `zerohop-pingpong --variant shm-limit --seconds 60 & sleep 0.2; ${running}; kill -9 $!; sleep 0.1; ${running}`;
  expect(await run(['sh', '-c', script])).toMatchObject({ stdout: '2\n0\n' });
});

test.each([
  ['loopback', []],
  ['container', container],
])('smcctl carries a cgroup’s TCP programs over SMC-D, every byte of them: %s', async (_name, where) => {
  await must(['smcctl', 'enable', '--cgroup', cgroup]);
  const before = await status('smcctl');
  const inside = await measure([...joined, ...pingpong('tcp', 1024, ...where)]);
  const after = await status('smcctl');
  expect(inside).toMatchObject({ protocol: 'IPPROTO_SMC', tcp_bytes_sent: 0 });
  const grown = Object.fromEntries(
    Object.entries(after).map(([name, value]) => [name, value - (before[name] ?? 0)]),
  );
  expect(grown).toMatchObject({
    converted_sockets: 2,
    smcd_connections: 1,
    smcd_tx_bytes: moved(inside, 1024),
    smcd_rx_bytes: moved(inside, 1024),
    fallbacks: 0,
  });
  const outside = await measure(pingpong('tcp', 1024, ...where));
  expect(outside).toMatchObject({ protocol: 'IPPROTO_TCP', tcp_bytes_sent: outside.transactions * 1024 });
});

test('a message of 64 KiB fits SMC’s ring, so that netperf gets no short count', async () => {
  await must(['smcctl', 'enable', '--cgroup', cgroup]);
  await must([...joined, 'netserver', '-4']);
  const netperf = ['netperf', '-4', '-P', '0', '-H', '127.0.0.1', '-l', '-100', '-t', 'TCP_RR'];
  const said = await must([...joined, ...netperf, '--', '-r', '65536,65536', '-k', 'THROUGHPUT']);
  expect(Number(/^THROUGHPUT=(.*)$/m.exec(said)?.[1])).toBeGreaterThan(1000);
  await must(['sh', '-c', 'kill $(pidof netserver)']);
});

test.each([
  ['loopback', []],
  ['container', container],
])('sockmapctl redirects every message of a cgroup past TCP: %s', async (_name, where) => {
  await must(['sockmapctl', 'enable', '--cgroup', cgroup]);
  const inside = await measure([...joined, ...pingpong('tcp', 1024, ...where)]);
  expect(inside).toMatchObject({ protocol: 'IPPROTO_TCP', tcp_bytes_sent: 0 });
  const {
    joined_sockets,
    refused_sockets,
    redirected_bytes = 0,
    passed_messages = 0,
  } = await status('sockmapctl');
  expect({ joined_sockets, refused_sockets }).toEqual({ joined_sockets: 2, refused_sockets: 0 });
  // Nothing rules out that a client's first message is quicker than its server's place in the map.
  expect(passed_messages).toBeLessThanOrEqual(1);
  expect(redirected_bytes + passed_messages * 1024).toBe(moved(inside, 1024));
  const outside = await measure(pingpong('tcp', 1024, ...where));
  expect(outside.tcp_bytes_sent).toBe(outside.transactions * 1024);
  expect((await status('sockmapctl'))['joined_sockets']).toBe(2);
});

test('a blocking end over sockmap outlives the signal that ends the counting', async () => {
  await must(['sockmapctl', 'enable', '--cgroup', cgroup]);
  for (let run = 0; run < 20; run++) await must([...joined, ...pingpong('tcp', 1024, '--seconds', '0.01')]);
});

test('slowctl slows only a cgroup’s sends down', async () => {
  const plain = await measure([...joined, ...pingpong('unix', 1)]);
  await must(['slowctl', 'enable', '--cgroup', cgroup, '--iterations', '1000']);
  const slow = await measure([...joined, ...pingpong('unix', 1)]);
  expect(await status('slowctl')).toEqual({ calls: moved(slow, 1) });
  // Two sends a transaction, at least five instructions an iteration.
  expect(1e9 / slow.rate - 1e9 / plain.rate).toBeGreaterThan(2 * 1000 * 5);
  const outside = await measure(pingpong('unix', 1));
  expect(outside.rate).toBeGreaterThan(slow.rate * 1.3);
});

test.each(loaders)('%s comes and goes without a trace, and says what is wrong', async (loader) => {
  const more = loader === 'slowctl' ? ['--iterations', '1'] : [];
  expect(await run([loader, 'status', '--json'])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('not enabled'),
  });
  expect(await run([loader, 'enable', '--cgroup', '/tmp', ...more])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('/tmp'),
  });
  expect(await run([loader, 'enable', ...more])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('--cgroup'),
  });
  await must([loader, 'enable', '--cgroup', cgroup, ...more]);
  await must([loader, 'enable', '--cgroup', cgroup, ...more]);
  await must([loader, 'disable']);
  await must([loader, 'disable']);
  expect(await must(['sh', '-c', 'ls /sys/fs/bpf/zerohop'])).toBe('');
});

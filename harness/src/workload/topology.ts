import type { Host } from '../guest/host.ts';
import { Failure } from '../host/failure.ts';

/** Where the two ends of a connection stand inside one kernel. */
export interface Topology {
  serverAddress: string;
  clientNetns?: string;
  serverNetns?: string;
}

export const topologies = {
  loopback: { serverAddress: '127.0.0.1' },
  container: { serverAddress: '10.77.0.2', clientNetns: 'zh-client', serverNetns: 'zh-server' },
} as const satisfies Record<string, Topology>;

export function topologyOf(name: string): Topology {
  const topology: Topology | undefined = (topologies as Record<string, Topology>)[name];
  if (topology === undefined) {
    throw new TypeError(`no topology is called ${name}`);
  }
  return topology;
}

export type TopologyName = keyof typeof topologies;
export const topologyNames = Object.keys(topologies) as TopologyName[];

/** The cgroup whose sockets are under test; BPF programs of ours touch no other. */
export const cgroup = '/sys/fs/cgroup/zerohop';

/**
 * Both topologies at once, since they do not meet: a dummy device (netperf wants an address beside loopback),
 * and two namespaces, each with one end of a veth pair whose other end is on one bridge. They know each other's
 * link address for good, because a neighbour that waits to be confirmed costs a transaction 0.3 % more.
 *
 * The bridge finds the two ends in a hash table that would have four buckets, whose seed each boot draws: in one boot
 * of four the ends shared one, and a transaction cost 0.4 % more. A hundred stations that nobody sends to, known before
 * the ends are, make it 256 buckets; and what is known later is found first.
 */
const raiseScript = `set -e
mkdir -p ${cgroup}/server
ip link add zh-dummy type dummy
ip addr add 10.78.0.1/24 dev zh-dummy
ip link set zh-dummy up
ip link add zh-bridge address 02:00:00:00:00:ff type bridge
for station in $(seq -w 0 99); do
	echo "fdb add 02:00:00:00:01:$station dev zh-bridge self local"
done | bridge -batch -
ip link set zh-bridge up
n=1
for ns in zh-client zh-server; do
	ip netns add $ns
	ip link add $ns address 02:00:00:00:00:ff type veth peer name eth0 netns $ns address 02:00:00:00:00:0$n
	ip link set $ns master zh-bridge up
	ip -n $ns addr add 10.77.0.$n/24 dev eth0
	ip -n $ns link set lo up
	ip -n $ns link set eth0 up
	ip -n $ns neigh add 10.77.0.$((3 - n)) lladdr 02:00:00:00:00:0$((3 - n)) nud permanent dev eth0
	n=$((n + 1))
done
`;

export async function raiseTopologies(host: Host): Promise<void> {
  const { status, stderr } = await host.run(['sh', '-c', raiseScript], { env: { PATH: guestPath } });
  if (status !== 0) {
    throw new Failure('infra', `the guest's network could not be laid out (status ${status}): ${stderr}`);
  }
}

/** BusyBox's shell would run its own `ip`, which knows no namespaces, if iproute2 came later in PATH. */
export const guestPath = '/usr/sbin:/usr/bin:/sbin:/bin';

const joinCgroup = (path: string, argv: readonly string[]) => [
  'sh',
  '-c',
  'echo $$ > "$0/cgroup.procs" && exec "$@"',
  path,
  ...argv,
];

const inNetns = (netns: string | undefined, argv: readonly string[]) =>
  netns === undefined ? [...argv] : ['/usr/sbin/ip', 'netns', 'exec', netns, ...argv];

export const atClient = (place: Topology, argv: readonly string[]): string[] =>
  joinCgroup(cgroup, inNetns(place.clientNetns, argv));

export const atServer = (place: Topology, argv: readonly string[]): string[] =>
  joinCgroup(`${cgroup}/server`, inNetns(place.serverNetns, argv));

/** Ends every process that was started at the server's end. */
export async function clearServer(host: Host): Promise<void> {
  await host.run(['sh', '-c', `echo 1 > ${cgroup}/server/cgroup.kill`]);
}

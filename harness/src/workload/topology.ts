import type { Host } from '../guest/host.ts';

/** The places of the two ends of a connection inside one kernel. */
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

/** The cgroup whose sockets are under test. The BPF programs of this repository affect no other. */
export const cgroup = '/sys/fs/cgroup/zerohop';

/**
 * Sets up both topologies together, because they do not affect each other: a dummy device (netperf needs an address
 * besides loopback), and two namespaces, each with one end of a veth pair whose other end is on one bridge. Their
 * neighbour entries are permanent, because confirming an entry costs a transaction 0.3 % more.
 *
 * The bridge looks the two ends up in a hash table with four buckets and a random seed for each boot. In one boot of
 * four both ends shared a bucket, and a transaction cost 0.4 % more. A hundred unused stations, added before the ends,
 * grow the table to 256 buckets. Later entries are found first.
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
  const what = "laying out the guest's network";
  await host.must(['sh', '-c', raiseScript], { env: { PATH: guestPath }, what });
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

import type { Host } from '../guest/host.ts';
import { atServer, clearServer, guestPath, topologies } from './topology.ts';

/**
 * Two proxies on the way of a client's connections to a port of the server, in four network namespaces of one host:
 *
 *     client -> REDIRECT -> proxy     zh-client, the two ends of the first hop
 *     -> DNAT of a service's address  the host's own namespace, which routes
 *     -> proxy                        zh-gateway
 *     -> server                       zh-server
 *
 * The client connects to the server's address, and its proxy to the service's, as in a service mesh.
 */
export interface Mesh extends AsyncDisposable {
  /** How many connections REDIRECT and DNAT translated so far. */
  translated(): Promise<{ redirect: number; dnat: number }>;
}

/** Connections to this port of the server take the way through the proxies. */
export const meshPort = 7000;

const { clientNetns, serverNetns, serverAddress } = topologies.container;
const gatewayNetns = 'zh-gateway';
const [serviceAddress, gatewayAddress] = ['10.96.0.1', '10.79.0.2'];
const [proxyPort, proxyUser] = [15001, 99];

/** The namespaces whose sockets send payload. */
export const meshNetns = { client: clientNetns, gateway: gatewayNetns, server: serverNetns } as const;

export async function raiseMesh(host: Host): Promise<Mesh> {
  await must(host, ['sh', '-c', `${lower}${raise}`], 'laying out the mesh');
  await startProxy(host, clientNetns, 0, `${serviceAddress}:${meshPort}`);
  await startProxy(host, gatewayNetns, 1, `${serverAddress}:${meshPort}`);
  return {
    translated: async () => ({
      redirect: packetsIn(await must(host, [...inside(clientNetns), ...listTable], 'counting REDIRECT')),
      dnat: packetsIn(await must(host, listTable, 'counting DNAT')),
    }),
    async [Symbol.asyncDispose]() {
      await clearServer(host);
      await must(host, ['sh', '-c', lower], 'taking the mesh down');
    },
  };
}

const inside = (netns: string) => ['ip', 'netns', 'exec', netns];

/** Also after a session that failed half-way. Removing a namespace removes its devices later, so the device goes first. */
const lower = `{
	nft delete table ip mesh
	ip netns exec ${clientNetns} nft delete table ip mesh
	ip link del ${gatewayNetns}
	ip netns del ${gatewayNetns}
	for ns in ${clientNetns} ${serverNetns}; do ip -n $ns route del default; done
	ip addr del 10.77.0.254/24 dev zh-bridge
	true
} 2>/dev/null
`;

/** Neighbour entries are permanent for the reason that topology.ts has. */
const raise = `set -e
echo 1 > /proc/sys/net/ipv4/ip_forward
mac=02:00:00:00:00
ip netns add ${gatewayNetns}
ip link add ${gatewayNetns} address $mac:fe type veth peer name eth0 netns ${gatewayNetns} address $mac:03
ip addr add 10.79.0.1/24 dev ${gatewayNetns}
ip link set ${gatewayNetns} up
ip neigh add ${gatewayAddress} lladdr $mac:03 nud permanent dev ${gatewayNetns}
ip -n ${gatewayNetns} addr add ${gatewayAddress}/24 dev eth0
ip -n ${gatewayNetns} link set lo up
ip -n ${gatewayNetns} link set eth0 up
ip -n ${gatewayNetns} neigh add 10.79.0.1 lladdr $mac:fe nud permanent dev eth0
ip -n ${gatewayNetns} route add default via 10.79.0.1
ip addr add 10.77.0.254/24 dev zh-bridge
n=1
for ns in ${clientNetns} ${serverNetns}; do
	ip neigh replace 10.77.0.$n lladdr $mac:0$n nud permanent dev zh-bridge
	ip -n $ns neigh replace 10.77.0.254 lladdr $mac:ff nud permanent dev eth0
	ip -n $ns route add default via 10.77.0.254
	n=$((n + 1))
done
ip netns exec ${clientNetns} nft -f - <<'END'
table ip mesh {
	chain outbound {
		type nat hook output priority -100
		meta skuid != ${proxyUser} tcp dport ${meshPort} counter redirect to :${proxyPort}
	}
}
END
nft -f - <<'END'
table ip mesh {
	chain services {
		type nat hook prerouting priority -100
		ip daddr ${serviceAddress} tcp dport ${meshPort} counter dnat to ${gatewayAddress}:${proxyPort}
	}
}
END
`;

/** In the cgroup of the server's end, which ends it. */
async function startProxy(host: Host, netns: string, cpu: number, next: string): Promise<void> {
  const config = `global
	nbthread 1
	maxconn 100
	uid ${proxyUser}
defaults
	mode tcp
	timeout connect 5s
	timeout client 1h
	timeout server 1h
listen proxy
	bind :${proxyPort}
	server next ${next}
`;
  const script = `echo "$0" > /tmp/${netns}.cfg; exec taskset -c ${cpu} haproxy -D -f /tmp/${netns}.cfg`;
  const place = { serverAddress, serverNetns: netns };
  await must(host, atServer(place, ['sh', '-c', script, config]), `starting haproxy in ${netns}`);
}

const listTable = ['nft', 'list', 'table', 'ip', 'mesh'];

/** A chain of NAT sees the first packet of each connection. */
const packetsIn = (table: string) => Number(/counter packets (\d+)/.exec(table)?.[1]);

async function must(host: Host, argv: string[], what: string): Promise<string> {
  const options = { timeoutMs: 120_000, kind: 'cell', what, env: { PATH: guestPath } } as const;
  return (await host.must(argv, options)).stdout.toString();
}

import { Failure } from '../../host/failure.ts';
import type { HostSite } from '../site.ts';
import { cgroup, type Topology, topologyOf } from '../topology.ts';
import type { Mechanism } from './loader.ts';

/** The guest's counters at one moment. */
export interface SocketCounts {
  /** Bytes through the network device under the connection. */
  deviceBytes: number;
  mechanism: Readonly<Record<string, number>>;
  /** CPU time of the tasks under test. */
  cpuUs: number;
}

export const countSockets = async (site: HostSite, mechanism: Mechanism): Promise<SocketCounts> => ({
  deviceBytes: await deviceBytes(site, topologyOf(site.params.topology)),
  mechanism: await mechanism.counters(),
  cpuUs: await cpuUs(site),
});

/** The CPU time of the cgroup. It needs no controller. */
async function cpuUs({ host }: HostSite): Promise<number> {
  const { stdout } = await host.must(['cat', `${cgroup}/cpu.stat`], { kind: 'cell' });
  const used = /^usage_usec (\d+)$/m.exec(stdout.toString())?.[1];
  if (used === undefined) throw new Failure('cell', `${cgroup}/cpu.stat has no usage_usec`);
  return Number(used);
}

async function deviceBytes({ host }: HostSite, place: Topology): Promise<number> {
  const [device, netns] =
    place.serverNetns === undefined ? ['lo', []] : ['eth0', netnsExec(place.serverNetns)];
  const { stdout } = await host.must([...netns, 'cat', '/proc/net/dev'], { kind: 'cell' });
  const counters = new RegExp(`^\\s*${device}:\\s*(.*)$`, 'm')
    .exec(stdout.toString())?.[1]
    ?.trim()
    .split(/\s+/);
  const [received, sent] = [Number(counters?.[0]), Number(counters?.[8])];
  if (!Number.isFinite(received) || !Number.isFinite(sent)) {
    throw new Failure('cell', `the byte counters of ${device} cannot be read`);
  }
  return device === 'lo' ? received : received + sent;
}

const netnsExec = (netns: string) => ['/usr/sbin/ip', 'netns', 'exec', netns];

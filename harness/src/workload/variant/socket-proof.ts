import { Failure } from '../../host/failure.ts';
import type { Proof } from '../sample.ts';
import { cgroup, type Topology, topologyOf } from '../topology.ts';
import type { Measurement, Site } from '../workload.ts';
import type { Mechanism } from './loader.ts';

/** What the guest had counted at one moment. */
export interface Evidence {
  /** Bytes through the network device under the connection. */
  deviceBytes: number;
  mechanism: Readonly<Record<string, number>>;
  /** Time that the tasks under test have been on a CPU. */
  cpuUs: number;
}

export const gather = async (site: Site, mechanism: Mechanism): Promise<Evidence> => ({
  deviceBytes: await deviceBytes(site, topologyOf(site.params.topology)),
  mechanism: await mechanism.counters(),
  cpuUs: await cpuUs(site),
});

/**
 * TCP is proved by the device it crosses: its payload passed there. What avoids the network is proved twice: its
 * own counter grew by the payload, and the device did not. Where nobody knows the payload, a byte is the least.
 */
export function prove(site: Site, before: Evidence, after: Evidence, measured: Measurement): Proof {
  const { proof } = site.variant;
  const payload = measured.payloadBytes === null ? null : Math.round(measured.payloadBytes);
  const onDevice = after.deviceBytes - before.deviceBytes;
  if (proof.by === 'device') {
    return {
      name: 'device-bytes',
      ok: onDevice >= (payload ?? 1),
      expected: `at least ${payload ?? 1} payload bytes through the network device`,
      observed: `${onDevice} bytes`,
    };
  }
  const stayedOff = payload === null || onDevice <= payload * stray + controlBytes;
  if (proof.by === 'domain') {
    const domain = `${measured.observed['domain'] ?? 'none'}`;
    return {
      name: 'socket-domain',
      ok: domain === proof.domain && stayedOff,
      expected: `socket ${proof.domain}, next to nothing of ${payload} bytes through the network device`,
      observed: `socket ${domain}, ${onDevice} bytes through the device`,
    };
  }
  const carried = grown(before, after, proof.counter);
  const name = proof.counter.replaceAll('_', '-');
  if (proof.leavesRestToTcp) {
    return {
      name,
      ok: carried > 0 && carried + onDevice >= (payload ?? 1) * counted,
      expected: `${payload ?? 1} payload bytes, by the mechanism and where it finds nobody by the network device`,
      observed: `${carried} bytes by the mechanism, ${onDevice} through the device`,
    };
  }
  return {
    name,
    ok: carried >= (payload ?? 1) * counted && stayedOff,
    expected: `${payload ?? 1} payload bytes by the mechanism, next to nothing through the network device`,
    observed: `${carried} bytes by the mechanism, ${onDevice} through the device`,
  };
}

/** netperf's clock stops a little before its last transaction, and its rate is rounded. */
const counted = 0.99;
const stray = 0.05;
/** netperf's control connection and a connection's own handshake go through the device whatever carries the data. */
const controlBytes = 64 * 1024;

function grown(before: Evidence, after: Evidence, counter: string): number {
  const [from, to] = [before.mechanism[counter], after.mechanism[counter]];
  if (from === undefined || to === undefined) {
    throw new Failure('cell', `the loader reports no ${counter}, so nothing proves what carried the bytes`);
  }
  return to - from;
}

/** Every cgroup keeps this account, whatever controllers are on. */
async function cpuUs({ host }: Site): Promise<number> {
  const { stdout } = await host.run(['cat', `${cgroup}/cpu.stat`]);
  const used = /^usage_usec (\d+)$/m.exec(stdout.toString())?.[1];
  if (used === undefined) throw new Failure('cell', `${cgroup}/cpu.stat tells no usage_usec`);
  return Number(used);
}

async function deviceBytes({ host }: Site, place: Topology): Promise<number> {
  const [device, netns] =
    place.serverNetns === undefined ? ['lo', []] : ['eth0', netnsExec(place.serverNetns)];
  const { stdout, status } = await host.run([...netns, 'cat', '/proc/net/dev']);
  const counters = new RegExp(`^\\s*${device}:\\s*(.*)$`, 'm')
    .exec(stdout.toString())?.[1]
    ?.trim()
    .split(/\s+/);
  const [received, sent] = [Number(counters?.[0]), Number(counters?.[8])];
  if (status !== 0 || !Number.isFinite(received) || !Number.isFinite(sent)) {
    throw new Failure('cell', `the byte counters of ${device} cannot be read`);
  }
  return device === 'lo' ? received : received + sent;
}

const netnsExec = (netns: string) => ['/usr/sbin/ip', 'netns', 'exec', netns];

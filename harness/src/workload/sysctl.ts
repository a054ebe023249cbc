import type { Host } from '../guest/host.ts';
import { type Topology, topologyOf } from './topology.ts';

/** Sets kernel parameters in the namespaces of both ends. They are not restored: each step sets the ones it needs. */
export async function setSysctls(
  host: Host,
  topology: string,
  settings: Readonly<Record<string, number | string>>,
): Promise<void> {
  const assignments = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  if (assignments.length === 0) return;
  const { clientNetns, serverNetns }: Topology = topologyOf(topology);
  for (const netns of new Set([clientNetns, serverNetns])) {
    const inside = netns === undefined ? [] : ['/usr/sbin/ip', 'netns', 'exec', netns];
    await host.must([...inside, 'sysctl', '-w', ...assignments], { kind: 'cell' });
  }
}

import type { BootPlan } from '../experiment/boot-plan.ts';
import { fabricType } from '../fabric/fabrics.ts';
import type { Context } from '../host/context.ts';
import { qemuVersion } from '../host/tool-version.ts';
import type { Testbed } from '../store/testbed.ts';
import { noFabric } from '../workload/processes.ts';
import { isOnCluster } from './cluster.ts';

/** The QEMU of hosts on a fabric, and their path to its memory. */
export type FabricTestbed = Pick<Testbed, 'memoryPath' | 'qemuVersion'>;

/** The facts of boots whose hosts share memory; null without such boots. Builds QEMU if needed. */
export async function fabricFacts(
  boots: readonly BootPlan[],
  context: Context,
): Promise<FabricTestbed | null> {
  const fabrics = new Set(boots.filter(isOnCluster).map(({ factors }) => `${factors['fabric']}`));
  if (fabrics.size === 0) return null;
  const versions = new Set<string>();
  const paths: string[] = [];
  for (const fabric of fabrics) {
    if (fabric === noFabric) {
      paths.push(`${fabric} plain memory`);
      continue;
    }
    const { qemu, memoryPath } = await fabricType(fabric).means(context);
    versions.add(await qemuVersion(qemu));
    paths.push(`${fabric} ${memoryPath}`);
  }
  return { qemuVersion: [...versions].join(' and ') || 'none', memoryPath: paths.join(', ') };
}

import type { BootPlan } from '../experiment/boot-plan.ts';
import { straightQemu } from '../fabric/qemu.ts';
import { buildQemu } from '../fabric/qemu-build.ts';
import type { Context } from '../host/context.ts';
import { qemuVersion } from '../host/tool-version.ts';
import type { Testbed } from '../store/testbed.ts';
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
  context.progress({ what: 'QEMU for hosts that share memory' });
  const versions = new Set<string>();
  const paths: string[] = [];
  for (const fabric of fabrics) {
    const { qemu, path } = await emulatorOf(fabric, context);
    if (qemu !== undefined) versions.add(await qemuVersion(qemu));
    paths.push(`${fabric} ${path}`);
  }
  return { qemuVersion: [...versions].join(' and ') || 'none', memoryPath: paths.join(', ') };
}

async function emulatorOf(fabric: string, context: Context): Promise<{ qemu?: string; path: string }> {
  if (fabric === 'tcp') return { qemu: await buildQemu(context), path: 'cxl-forwarded' };
  if (fabric !== 'shm') return { path: 'plain memory' };
  const { path: qemu, straight } = await straightQemu(context);
  return { qemu, path: straight ? 'cxl-straight' : 'ivshmem' };
}

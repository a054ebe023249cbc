import type { Host } from '../guest/host.ts';
import { bootHosts } from '../guest/hosts.ts';
import type { HostSpec } from '../guest/spec.ts';
import type { Context } from '../host/context.ts';
import { bringUp, type GuestMemory } from './bring-up.ts';
import { attached, type Fabric, type FabricRequest } from './fabric.ts';
import { startFabric } from './fabrics.ts';

/** Hosts that are up, with one memory in all of them. */
export interface Cluster extends AsyncDisposable {
  fabric: Fabric;
  hosts: readonly Host[];
  memories: readonly GuestMemory[];
}

/** Starts a fabric and boots hosts on it: all of it, or nothing is left and the first failure is thrown. */
export async function startCluster(
  request: FabricRequest,
  specs: readonly HostSpec[],
  context: Partial<Context> = {},
): Promise<Cluster> {
  const fabric = await startFabric(request, context);
  let hosts: readonly Host[] = [];
  let ended: Promise<void> | undefined;
  const end = () => {
    ended ??= (async () => {
      await Promise.all(hosts.map((host) => host.kill()));
      await fabric[Symbol.asyncDispose]();
    })();
    return ended;
  };
  try {
    hosts = await bootHosts(
      specs.map((spec, index) => {
        const env = { HOST_INDEX: `${index}`, HOST_COUNT: `${specs.length}`, ...spec.env };
        return attached(fabric, { ...spec, env }, index);
      }),
      context,
    );
    const memories = await Promise.all(hosts.map((host) => bringUp(host, request.sizeBytes)));
    return { fabric, hosts, memories, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  }
}

import type { Host } from '../guest/host.ts';
import { bootHosts } from '../guest/hosts.ts';
import type { HostSpec } from '../guest/spec.ts';
import type { Context } from '../host/context.ts';
import { bringUp, type GuestMemory } from './bring-up.ts';
import { attached, type Fabric, type FabricRequest } from './fabric.ts';
import { startFabric } from './fabrics.ts';

/** Hosts that are up, with one memory in all of them. Its disposal ends them and leaves nothing. */
export interface RaisedHosts extends AsyncDisposable {
  fabric: Fabric;
  hosts: readonly Host[];
  memories: readonly GuestMemory[];
}

export interface RaiseOptions extends Partial<Context> {
  /** Told of all hosts when they are up, before their memory is. */
  onBoot?: (hosts: readonly Host[]) => void;
}

/**
 * The one way to hosts on a fabric: all of them, or nothing is left and the first failure is thrown. selfTest()
 * then says whether their memory is correct.
 */
export async function raiseHosts(
  request: FabricRequest,
  specs: readonly HostSpec[],
  options: RaiseOptions = {},
): Promise<RaisedHosts> {
  const fabric = await startFabric(request, options);
  return raiseOn(fabric, onFabric(fabric, specs), options);
}

/** On a fabric that is there already, which ends with the hosts. */
export async function raiseOn(
  fabric: Fabric,
  specs: readonly HostSpec[],
  options: RaiseOptions = {},
): Promise<RaisedHosts> {
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
    hosts = await bootHosts(specs, { signal: options.signal });
    options.onBoot?.(hosts);
    const memories = await Promise.all(
      hosts.map(async (host) => bringUp(host, fabric.sizeBytes, await fabric.round(host))),
    );
    return { fabric, hosts, memories, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** HOST_INDEX may be the user's: hosts of several machines on one server have different ones. */
export function onFabric(fabric: Fabric, specs: readonly HostSpec[]): HostSpec[] {
  return specs.map((spec, index) => {
    const env = { HOST_INDEX: `${index}`, HOST_COUNT: `${specs.length}`, ...spec.env };
    return attached(fabric, { ...spec, env }, Number(env.HOST_INDEX));
  });
}

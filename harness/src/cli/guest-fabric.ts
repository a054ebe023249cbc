import { bringUp } from '../fabric/bring-up.ts';
import { attached, type Fabric, type FabricRequest } from '../fabric/fabric.ts';
import { startFabric } from '../fabric/fabrics.ts';
import { profileOf } from '../fabric/profile.ts';
import { selfTest } from '../fabric/self-test.ts';
import type { Host } from '../guest/host.ts';
import type { HostSpec } from '../guest/spec.ts';
import type { Context } from '../host/context.ts';
import { Failure } from '../host/failure.ts';

/** A file whose first line is the secret of the server at --fabric tcp://HOST:PORT. */
const secretVariable = 'ZEROHOP_FABRIC_SECRET_FILE';
const defaultSizeMb = 256;

/** The fabric that --fabric and --cxl request; --cxl alone requests shm. */
export function fabricRequest(
  fabric: string | undefined,
  cxlMb: number | undefined,
  hosts: number,
): FabricRequest | undefined {
  const wanted = fabric ?? (cxlMb === undefined ? 'none' : 'shm');
  if (wanted === 'none') {
    if (cxlMb === undefined) return undefined;
    throw usage('--cxl needs a fabric', 'leave --fabric none out');
  }
  const sizeBytes = (cxlMb ?? defaultSizeMb) * 2 ** 20;
  if (wanted === 'shm' || wanted === 'tcp') return { kind: wanted, sizeBytes, hosts };
  const [, profile] = /^tcp:([a-z].*)$/.exec(wanted) ?? [];
  if (profile !== undefined) return { kind: 'tcp', sizeBytes, hosts, profile: profileOf(profile) };
  const [, address = ''] = /^tcp:\/\/(.+)$/.exec(wanted) ?? [];
  const secretFile = process.env[secretVariable];
  return { kind: 'tcp', sizeBytes, hosts, address, ...(secretFile !== undefined && { secretFile }) };
}

/** The fabric of a `guest` command, or no fabric. */
export async function fabricOf(request: FabricRequest | undefined, context: Context) {
  const fabric = request && (await startFabric(request, context));
  if (fabric?.warning !== undefined) say(`this fabric is ${fabric.memoryPath}: ${fabric.warning}`);
  return {
    /** HOST_INDEX may come from the user: hosts of several machines on one server need different ones. */
    attach: (spec: HostSpec): HostSpec =>
      fabric === undefined ? spec : attached(fabric, spec, Number(spec.env['HOST_INDEX'])),
    prepare: async (hosts: readonly Host[]) => {
      if (fabric !== undefined) await prepare(fabric, hosts);
    },
    [Symbol.asyncDispose]: async () => fabric?.[Symbol.asyncDispose](),
  };
}

async function prepare(fabric: Fabric, hosts: readonly Host[]): Promise<void> {
  const memories = await Promise.all(hosts.map((host) => bringUp(host, fabric.sizeBytes)));
  const counts = await selfTest(fabric.kind, hosts);
  const updates = counts
    .filter(({ host }) => host === counts[0]?.host)
    .reduce((sum, count) => sum + count.total_acknowledged, 0);
  const tested = counts.length === 0 ? 'not tested with one host' : `${updates} updates counted, none lost`;
  say(`the memory is ${memories[0]?.device} of every host (${fabric.memoryPath}): ${tested}`);
}

function usage(what: string, next: string): Failure {
  return new Failure('usage', what, { next });
}

function say(line: string): void {
  process.stderr.write(`zerohop: ${line}\n`);
}

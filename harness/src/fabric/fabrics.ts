import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildOptions } from '../host/context.ts';
import { Failure } from '../host/failure.ts';
import type { Fabric, FabricRequest, FabricType } from './fabric.ts';

const folder = join(import.meta.dirname, 'kinds');

const types: readonly FabricType[] = await Promise.all(
  readdirSync(folder)
    .sort()
    .map(async (file) => ((await import(join(folder, file))) as { default: FabricType }).default),
);

/** Every fabric that there is, by its file in kinds/. */
export const fabricKinds: readonly string[] = types.map(({ kind }) => kind);

export function fabricType(kind: string): FabricType {
  const type = types.find((own) => own.kind === kind);
  if (type !== undefined) return type;
  throw new Failure('usage', `there is no fabric "${kind}"`, {
    next: `use one of ${fabricKinds.join(', ')}`,
  });
}

export function startFabric(request: FabricRequest, options: BuildOptions = {}): Promise<Fabric> {
  return fabricType(request.kind).start(request, options);
}

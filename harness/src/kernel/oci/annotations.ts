import { sha256 } from '../../host/cache.ts';
import type { Metadata } from '../bundle.ts';

/** Hashes of the three files by which others name a kernel. */
export interface Identity {
  vmlinuz: string;
  btf: string;
  config: string;
}

/** An image's annotations: the names that others read, and our own beside them. */
export function annotationsOf(
  { id, release }: Pick<Metadata, 'id' | 'release'>,
  identity: Identity,
): Record<string, string> {
  return {
    'io.multikernel.kbi.id': kbiId(identity),
    'io.multikernel.kbi.kver': release,
    'io.multikernel.kbi.arch': 'x86_64',
    'io.multikernel.kbi.components': 'vmlinuz,config,btf,modules',
    'io.zerohop.kernel.id': id,
  };
}

function kbiId(identity: Identity): string {
  const lines = Object.entries(identity).map(([name, hash]) => `${name}:${hash}`);
  return `kbi:sha256:${sha256(lines.sort().join('\n'))}`;
}

import { hashOf } from '../host/cache.ts';
import type { Toolchain } from './toolchain.ts';

interface Hashed {
  sha256: string;
}

/** Everything that reaches the compiler. A recipe has it before the build, a bundle's metadata after it. */
export interface BundleInputs {
  source: Hashed;
  grafts: readonly (Hashed & { target: string })[];
  patches: readonly Hashed[];
  fragments: readonly Hashed[];
  toolchain: Toolchain;
}

/** A bundle's name. Names, places and times of its inputs are left out of it. */
export function bundleId({ source, grafts, patches, fragments, toolchain }: BundleInputs): string {
  const key = {
    source: source.sha256,
    grafts: grafts.map(({ target, sha256 }) => [target, sha256]),
    patches: patches.map(({ sha256 }) => sha256),
    fragments: fragments.map(({ sha256 }) => sha256),
    toolchain,
    // Older bundles may boot another kernel than they say, or have no hashes of their modules.
    bundle: 'verified, every file hashed',
  };
  return `kernel-${hashOf(key).slice(0, 16)}`;
}

export const bundleIdPattern = /^kernel-[0-9a-f]{16}$/;

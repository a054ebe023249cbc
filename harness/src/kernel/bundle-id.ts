import { hashOf } from '../host/cache.ts';
import type { Toolchain } from './toolchain.ts';

interface Hashed {
  sha256: string;
}

/** Everything that reaches the compiler: from a recipe before the build, from a bundle's metadata after it. */
export interface BundleInputs {
  source: Hashed;
  grafts: readonly (Hashed & { target: string })[];
  patches: readonly Hashed[];
  fragments: readonly Hashed[];
  toolchain: Toolchain;
}

/** A bundle's name. It does not depend on names, places and times of the inputs. */
export function bundleId({ source, grafts, patches, fragments, toolchain }: BundleInputs): string {
  const key = {
    source: source.sha256,
    grafts: grafts.map(({ target, sha256 }) => [target, sha256]),
    patches: patches.map(({ sha256 }) => sha256),
    fragments: fragments.map(({ sha256 }) => sha256),
    toolchain,
    // Gives older bundles other ids: they may boot the wrong kernel, or lack hashes of their modules.
    bundle: 'verified, every file hashed',
  };
  return `kernel-${hashOf(key).slice(0, 16)}`;
}

export const bundleIdPattern = /^kernel-[0-9a-f]{16}$/;

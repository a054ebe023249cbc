import type { Metadata } from './bundle.ts';

/** A kernel that came from another machine. */
export interface Packed {
  metadata: Metadata;
  /** The sha256 of every file that `fill` must make, besides metadata.json. */
  files: Readonly<Record<string, string>>;
  /** Makes the bundle's files, metadata.json too. */
  fill(into: string): Promise<void>;
}

import { atomics } from './atomics.ts';
import { filesystems } from './filesystems.ts';
import { sockets } from './sockets.ts';
import type { Family, Variant } from './variant.ts';

const families: readonly Family[] = [
  { variants: sockets, rateTitle: 'transactions/s' },
  { variants: atomics, rateTitle: 'operations/s' },
  { variants: filesystems, rateTitle: 'operations/s' },
];

/** Every variant, in the order of tables. */
export const variantNames: readonly string[] = families.flatMap(({ variants }) => Object.keys(variants));

export function variantOf(name: string): Variant {
  const variant = familyOf(name)?.variants[name];
  if (variant === undefined) throw new TypeError(`unknown variant ${name}`);
  return variant;
}

/** The family of a variant; undefined if this version does not know the variant. */
export function familyOf(name: string): Family | undefined {
  return families.find(({ variants }) => Object.hasOwn(variants, name));
}

import { createHash } from 'node:crypto';

/** Uniform in [0, 1). */
export type Random = () => number;

/** The size of a seed: QEMU's -seed must accept it. */
const seedBits = 31n;

export function random(seed: number): Random {
  const next = splitMix64(BigInt(seed));
  return () => Number(next() >> 11n) / 2 ** 53;
}

/** Steele, Lea and Flood's SplitMix64: it is small, and it has no bad seeds. */
export function splitMix64(seed: bigint): () => bigint {
  let state = seed;
  return () => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    const first = BigInt.asUintN(64, (state ^ (state >> 30n)) * 0xbf58476d1ce4e5b9n);
    const second = BigInt.asUintN(64, (first ^ (first >> 27n)) * 0x94d049bb133111ebn);
    return second ^ (second >> 31n);
  };
}

/** A separate seed for each name, so that an additional draw changes no others. */
export function deriveSeed(seed: number, name: string): number {
  const hash = createHash('sha256').update(`${seed}/${name}`).digest();
  return Number(hash.readBigUInt64BE() >> (64n - seedBits));
}

/** Fisher-Yates, on a copy. */
export function shuffled<T>(items: readonly T[], next: Random): T[] {
  const pool = [...items];
  return items.flatMap(() => pool.splice(Math.floor(next() * pool.length), 1));
}

import { Failure } from '../host/failure.ts';

/** Those of qemu/fabricd/profile.c, which has their figures. */
export const profileNames = ['local-dram', 'cxl-direct', 'cxl-one-switch', 'cxl-two-switches'] as const;
export type ProfileName = (typeof profileNames)[number];

/** How long a load takes, of which the server's table has the same figures. */
export const loadNs: Readonly<Record<ProfileName, number>> = {
  'local-dram': 100,
  'cxl-direct': 250,
  'cxl-one-switch': 400,
  'cxl-two-switches': 550,
};

/** Gigabytes that a link moves in a second. The server's table has the same in picoseconds a byte. */
export const linkGbs: Readonly<Record<ProfileName, number>> = {
  'local-dram': 100,
  'cxl-direct': 50,
  'cxl-one-switch': 50,
  'cxl-two-switches': 50,
};

/** A kind of memory, and how many times as long as there everything takes here. */
export interface LatencyProfile {
  name: ProfileName;
  times: number;
}

/** A request costs about 30 us on the loopback device: nanoseconds would vanish beside it. */
const usualTimes = 1000;

/** NAME or NAME:TIMES */
export function profileOf(text: string): LatencyProfile {
  const [, name, times] = /^([a-z-]+)(?::([1-9]\d{0,5}))?$/.exec(text) ?? [];
  const known = profileNames.find((candidate) => candidate === name);
  if (known !== undefined) return { name: known, times: Number(times ?? usualTimes) };
  throw new Failure('usage', `"${text}" is no latency profile`, {
    next: `use one of ${profileNames.join(', ')}, or NAME:TIMES`,
  });
}

import { join } from 'node:path';
import { execa } from 'execa';
import { buildGuestPrograms } from './root/programs.ts';

let measured: Promise<number> | undefined;

/**
 * How many thousand times a second this machine's time stamp counter counts. An emulated guest has the same counter,
 * and would measure it against an emulated timer while it boots: on a busy machine it was wrong sixfold, and with it
 * every clock of the guest.
 */
export function tscKhz(): Promise<number> {
  measured ??= measure();
  return measured;
}

async function measure(): Promise<number> {
  const { stdout } = await execa(join(await buildGuestPrograms(), 'tsc'));
  return Number(stdout);
}

import { join } from 'node:path';
import { execa } from 'execa';
import { buildGuestPrograms } from './root/programs.ts';

let measured: Promise<number> | undefined;

/**
 * The frequency of this machine's time stamp counter in kHz. An emulated guest reads the same counter. If it measured
 * the frequency itself, against an emulated timer, its clocks could be wrong: by a factor of six on a busy machine.
 */
export function tscKhz(): Promise<number> {
  measured ??= measure();
  return measured;
}

async function measure(): Promise<number> {
  const { stdout } = await execa(join(await buildGuestPrograms(), 'tsc'));
  return Number(stdout);
}

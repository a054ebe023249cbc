import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { buildQemu } from '../../../src/fabric/qemu-build.ts';

const firmware = ['-L', '/usr/share/qemu', '-L', '/usr/share/seabios'];

/** The firmware has CPUID and moves to CR0 among its first instructions. */
test('a serializing instruction is a barrier in what TCG makes of it', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'zerohop-'));
  const log = join(dir, 'ops');
  const machine = ['-nodefaults', '-display', 'none', '-M', 'q35', '-accel', 'tcg', ...firmware];
  await execa(await buildQemu(), [...machine, '-d', 'op', '-D', log], { reject: false, timeout: 4000 });
  const lines = (await readFile(log, 'utf8')).split('\n');
  const calls = lines.flatMap((line, index) => {
    const [, helper] = /^ call (cpuid|write_crN|wrmsr|iret_\w+),/.exec(line) ?? [];
    return helper === undefined ? [] : [{ helper, before: lines.slice(index - 6, index).join('\n') }];
  });
  expect(calls.map(({ helper }) => helper)).toEqual(expect.arrayContaining(['cpuid', 'write_crN']));
  expect(calls.filter(({ before }) => !before.includes(' mb seq:all'))).toEqual([]);
  await rm(dir, { recursive: true });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fabricdSource } from '../../../src/fabric/fabricd.ts';
import { isStraight } from '../../../src/fabric/qemu.ts';
import { patchDir } from '../../../src/fabric/qemu-build.ts';

it('the backend that is patched in and the server speak one protocol', () => {
  const patch = readFileSync(join(patchDir, '0003-backends-Add-memory-that-lives-in-a-server.patch'), 'utf8');
  const [, added = ''] = patch.split('+++ b/include/system/fabric-protocol.h\n');
  const lines = (added.split('\ndiff --git')[0] ?? '').split('\n').filter((line) => line.startsWith('+'));
  const header = lines.map((line) => `${line.slice(1)}\n`).join('');
  expect(header).toBe(readFileSync(join(fabricdSource, 'protocol.h'), 'utf8'));
});

it.each([
  ['7.2', false],
  ['10.2', false],
  ['11.0', false],
  ['11.1', true],
  ['12.0', true],
] as const)('stock QEMU %s has windows that are memory: %s', (version, straight) => {
  expect(isStraight(version)).toBe(straight);
});

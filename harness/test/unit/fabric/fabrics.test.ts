import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fabricKinds, fabricType, startFabric } from '../../../src/fabric/fabrics.ts';
import { checkoutRoot } from '../../../src/host/cache.ts';

it('knows a fabric for each file in kinds/, under the name of the file', () => {
  const files = readdirSync(join(checkoutRoot(), 'harness/src/fabric/kinds'));
  expect(fabricKinds).toEqual(files.map((file) => file.replace('.ts', '')).sort());
  for (const kind of fabricKinds) expect(fabricType(kind).memoryPaths).not.toEqual([]);
});

it('refuses a fabric that it does not know, and names those that it knows', () => {
  const failure = { kind: 'usage', message: 'there is no fabric "cxl3"', next: 'use one of shm, tcp' };
  expect(() => fabricType('cxl3')).toThrow(expect.objectContaining(failure));
  expect(() => startFabric({ kind: 'cxl3', sizeBytes: 2 ** 26 })).toThrow(expect.objectContaining(failure));
});

it.each(fabricKinds)('every run of the self-test of %s demands that the hosts meet', (kind) => {
  const { selfTest } = fabricType(kind);
  expect(selfTest.some((args) => args.includes('kinds'))).toBe(true);
  for (const args of selfTest) expect(args).toContain('--contended');
});

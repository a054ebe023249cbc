import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fabricdSource } from '../../../src/fabric/fabricd.ts';
import { linkGbs, loadNs } from '../../../src/fabric/profile.ts';

test('latencies and bandwidths are those of the memory server', () => {
  const table = readFileSync(join(fabricdSource, 'profile.c'), 'utf8');
  const rows = [...table.matchAll(/\{ "([a-z-]+)", (\d+), (\d+) \}/g)];
  expect(Object.fromEntries(rows.map(([, name, ns]) => [name, Number(ns)]))).toEqual(loadNs);
  expect(Object.fromEntries(rows.map(([, name, , ps]) => [name, 1000 / Number(ps)]))).toEqual(linkGbs);
});

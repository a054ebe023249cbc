import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fabricdSource } from '../../../src/fabric/fabricd.ts';
import { loadNs } from '../../../src/fabric/profile.ts';

test('the latencies are those of the memory server', () => {
  const table = readFileSync(join(fabricdSource, 'profile.c'), 'utf8');
  const rows = [...table.matchAll(/\{ "([a-z-]+)", (\d+),/g)].map(([, name, ns]) => [name, Number(ns)]);
  expect(Object.fromEntries(rows)).toEqual(loadNs);
});

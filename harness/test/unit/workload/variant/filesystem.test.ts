import { expect, test } from 'vitest';
import { spareRegion } from '../../../../src/guest/spare-memory.ts';
import { proveFilesystem } from '../../../../src/workload/variant/filesystem.ts';
import { filesystems } from '../../../../src/workload/variant/filesystems.ts';
import { point } from '../../measure/made.ts';

const empty = { filled: 0, written: 0, named: 0, used: 0 };
const traces = { mark: 'written', least: 2048 } as const;

test('a filesystem in the region is proved by every page that was written, found there', () => {
  const prove = (written: number) =>
    proveFilesystem({ region: spareRegion }, { ...empty, written, used: 3000 }, traces).ok;
  expect(prove(2048)).toBe(true);
  expect(prove(2047)).toBe(false);
});

test('what was there before a write proves no write', () => {
  const after = { ...empty, filled: 2048, used: 3000 };
  expect(proveFilesystem({ region: spareRegion }, after, traces).ok).toBe(false);
});

test('a filesystem elsewhere is proved by a region that nobody touched', () => {
  const prove = (used: number) => proveFilesystem({ region: null }, { ...empty, used }, traces).ok;
  expect(prove(0)).toBe(true);
  expect(prove(1)).toBe(false);
});

test('copy-limit says which tests it cannot do', async () => {
  const { unavailable } = filesystems['copy-limit'];
  const site = (test: string) => ({ host: undefined as never, params: point({ test }) });
  expect(await unavailable(site('write'))).toBeNull();
  expect(await unavailable(site('store'))).toMatch(/calls alone/);
});

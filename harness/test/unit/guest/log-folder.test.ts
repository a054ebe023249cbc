import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { newLogFolder } from '../../../src/guest/log-folder.ts';

let cache: string;

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'zerohop-logs-'));
  vi.stubEnv('ZEROHOP_CACHE', cache);
});

afterEach(() => rm(cache, { recursive: true }));

test('keeps the newest 20, and older ones whose process still runs', async () => {
  const parent = join(cache, 'logs', 'guest');
  const noSuchPid = 2 ** 22 + 1;
  for (let day = 10; day < 35; day++)
    await mkdir(join(parent, `202001${day}T000000Z-${noSuchPid}`), { recursive: true });
  const running = join(parent, `20190101T000000Z-${process.pid}`);
  await mkdir(running);
  const dir = await newLogFolder();
  const left = await readdir(parent);
  expect(left).toHaveLength(21);
  expect(existsSync(dir)).toBe(true);
  expect(existsSync(running)).toBe(true);
  expect(left).not.toContain(`20200115T000000Z-${noSuchPid}`);
});

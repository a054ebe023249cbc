import { chmod, copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sha256 } from '../../../src/host/cache.ts';
import { pinOf } from '../../../src/host/versions.ts';
import { debianPackage, expectDebian, fetchDebian } from '../../../src/kernel/debian-source.ts';
import { plant } from './trees.ts';

const pin = pinOf(debianPackage);
const pinnedDeb = `mirror/${debianPackage}_${pin.version}_all.deb`;
const newerDeb = `mirror/${debianPackage}_6.12.999-1_all.deb`;
let scratch: string;

beforeEach(async () => {
  scratch = await plant({ 'mirror/README': '', 'bin/README': '' });
  await copyFile(join(import.meta.dirname, '../../fixtures/host/apt-get'), join(scratch, 'bin/apt-get'));
  await chmod(join(scratch, 'bin/apt-get'), 0o755);
  vi.stubEnv('PATH', `${join(scratch, 'bin')}:${process.env['PATH']}`);
  vi.stubEnv('FAKE_MIRROR', join(scratch, 'mirror'));
  vi.stubEnv('ZEROHOP_CACHE', join(scratch, 'cache'));
});
afterEach(async () => {
  await rm(scratch, { recursive: true });
  vi.unstubAllEnvs();
});

test('fetchDebian takes the newest package, and keeps the warning, when the mirror has dropped the pinned one', async () => {
  await plant({ [newerDeb]: 'newer' }, scratch);
  expect(expectDebian()).toMatchObject({ sha256: pin.sha256, warnings: [] });
  const found = await fetchDebian();
  expect(found).toMatchObject({ origin: `${debianPackage} 6.12.999-1`, sha256: sha256('newer') });
  expect(found.warnings).toEqual([expect.stringContaining(`no longer have ${debianPackage} ${pin.version}`)]);
  expect(expectDebian()).toMatchObject({ sha256: sha256('newer'), warnings: found.warnings });
  expect(expectDebian(true).sha256).toBe(pin.sha256);
});

test('fetchDebian refuses a substitute when --locked is given', async () => {
  await plant({ [newerDeb]: 'newer' }, scratch);
  await expect(fetchDebian(true)).rejects.toMatchObject({
    kind: 'infra',
    message: expect.stringContaining(`no longer have ${debianPackage} ${pin.version}`),
    next: expect.stringContaining('--locked'),
  });
});

test('fetchDebian refuses other bytes under the pinned version', async () => {
  await plant({ [pinnedDeb]: 'forged' }, scratch);
  await expect(fetchDebian()).rejects.toMatchObject({
    kind: 'infra',
    message: expect.stringContaining(`not the pinned ${pin.sha256}`),
  });
});

test('fetchDebian names --source when the mirrors have no kernel source', async () => {
  await plant({ 'mirror/other_1_all.deb': '' }, scratch);
  await expect(fetchDebian()).rejects.toMatchObject({
    kind: 'infra',
    message: expect.stringContaining(debianPackage),
    next: expect.stringContaining('--source'),
  });
});

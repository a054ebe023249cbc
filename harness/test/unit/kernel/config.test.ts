import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { sha256 } from '../../../src/host/cache.ts';
import {
  type Fragment,
  mergeFragments,
  readFragments,
  renderWishes,
  verifyConfig,
} from '../../../src/kernel/config.ts';
import { plant } from './trees.ts';

const scratch: string[] = [];
afterEach(async () => {
  for (const dir of scratch.splice(0)) await rm(dir, { recursive: true });
});

function fragment(file: string, text: string): Fragment {
  return { file, text, sha256: sha256(text) };
}

test('mergeFragments takes the value of the later fragment, also when it turns an option off', () => {
  const wishes = mergeFragments([
    fragment('a.config', '# why\nCONFIG_A=y\nCONFIG_B=y\nCONFIG_N=16\n'),
    fragment('b.config', 'CONFIG_N=32\n# CONFIG_B is not set\n'),
  ]);
  expect(renderWishes(wishes)).toBe('CONFIG_A=y\n# CONFIG_B is not set\nCONFIG_N=32\n');
});

test.each([
  ['CONFIG_SMC=y', '# CONFIG_SMC is not set', /CONFIG_SMC \(net\.config wants y/],
  ['CONFIG_SMC=y', '', /CONFIG_SMC .*no such option or an unmet dependency/],
  ['CONFIG_SMC=y', 'CONFIG_SMC=m', /CONFIG_SMC .*the kernel has m/],
  ['CONFIG_NR_CPUS=16', 'CONFIG_NR_CPUS=8', /wants 16, the kernel has 8/],
  ['# CONFIG_SWAP is not set', 'CONFIG_SWAP=y', /wants it off, the kernel has y/],
])('verifyConfig names the option when the fragment says %s and the kernel has "%s"', (wish, got, words) => {
  expect(() => verifyConfig(mergeFragments([fragment('net.config', wish)]), got)).toThrow(words);
});

test('verifyConfig accepts options that match, and a missing line for an option that is off', () => {
  const wishes = mergeFragments([fragment('a.config', 'CONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C=n\n')]);
  verifyConfig(wishes, 'CONFIG_A=y\nCONFIG_OTHER=y\n');
});

test('readFragments names the file and the line when a line is not an option', () => {
  expect(() => mergeFragments([fragment('a.config', 'CONFIG_A=y\nCONFIG_B y\n')])).toThrow(
    /a\.config, line 2/,
  );
});

test('readFragments reads every *.config, and a sanitizer’s only when it is requested', async () => {
  const root = await plant({
    'config/b.config': 'CONFIG_B=y\n',
    'config/a.config': 'CONFIG_A=y\n',
    'config/debug/kasan.config': 'CONFIG_KASAN=y\n',
  });
  scratch.push(root);
  expect(readFragments([], root).map(({ file }) => file)).toEqual(['a.config', 'b.config']);
  const kasan = join(root, 'config/debug/kasan.config');
  expect(readFragments([kasan], root).map(({ file }) => file)).toContain('kasan.config');
  expect(() => readFragments([join(root, 'gone.config')], root)).toThrow(/does not exist/);
});

test('the fragments of the checkout agree with each other', () => {
  const asked = new Map<string, string>();
  for (const { file, text } of readFragments())
    for (const { option } of mergeFragments([fragment(file, text)])) {
      expect(asked.get(option), `${option} is in ${asked.get(option)} and ${file}`).toBeUndefined();
      asked.set(option, file);
    }
});

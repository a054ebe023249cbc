import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { sha256 } from '../host/cache.ts';
import { Failure } from '../host/failure.ts';
import { patchRoot } from './patches.ts';

export interface Fragment {
  /** Its name, for messages. */
  file: string;
  text: string;
  sha256: string;
}

/** The value that a fragment sets for an option; null means "is not set". */
export interface Wish {
  option: string;
  value: string | null;
  fragment: string;
}

/** The fragments of every kernel, then the extra ones; a later fragment overrides an earlier one. */
export function readFragments(extra: readonly string[] = [], root = patchRoot()): Fragment[] {
  const dir = join(root, 'config');
  const always = readdirSync(dir)
    .filter((file) => file.endsWith('.config'))
    .sort()
    .map((file) => join(dir, file));
  return [...always, ...extra].map(readFragment);
}

/** One value for each option. */
export function mergeFragments(fragments: readonly Fragment[]): Wish[] {
  const wishes = new Map<string, Wish>();
  for (const fragment of fragments)
    for (const wish of parseConfig(fragment.text, fragment.file)) wishes.set(wish.option, wish);
  return [...wishes.values()];
}

export function renderWishes(wishes: readonly Wish[]): string {
  return wishes
    .map(({ option, value }) => (value === null ? `# ${option} is not set\n` : `${option}=${value}\n`))
    .join('');
}

/** Fails if an option lacks its value: Kconfig silently drops options whose dependencies are not met. */
export function verifyConfig(wishes: readonly Wish[], dotConfig: string): void {
  const got = new Map(parseConfig(dotConfig, '.config').map(({ option, value }) => [option, value]));
  const broken = wishes.filter(({ option, value }) => (got.get(option) ?? null) !== value);
  if (broken.length === 0) return;
  const lines = broken.map(
    ({ option, value, fragment }) =>
      `${option} (${fragment} wants ${show(value)}, the kernel has ${got.has(option) ? show(got.get(option)) : 'no such option or an unmet dependency'})`,
  );
  throw new Failure('usage', `the kernel configuration differs from its fragments: ${lines.join('; ')}`, {
    next: "look at the option's `depends on` in this kernel's Kconfig: add what it needs to the fragment, or drop it",
  });
}

function readFragment(path: string): Fragment {
  if (!existsSync(path))
    throw new Failure('usage', `the config fragment ${path} does not exist`, {
      next: 'see kernel-patches/config/debug for the fragments of sanitizer kernels',
    });
  const text = readFileSync(path, 'utf8');
  return { file: basename(path), text, sha256: sha256(text) };
}

function parseConfig(text: string, fragment: string): Wish[] {
  return text.split('\n').flatMap((line, index) => {
    const unset = line.match(/^# (CONFIG_\w+) is not set$/)?.[1];
    if (unset !== undefined) return [{ option: unset, value: null, fragment }];
    if (line.startsWith('#') || line.trim() === '') return [];
    const [, option, value] = line.match(/^(CONFIG_\w+)=(.+)$/) ?? [];
    if (option === undefined || value === undefined)
      throw new Failure('usage', `${fragment}, line ${index + 1} is not an option: ${line}`, {
        next: 'write CONFIG_NAME=value or `# CONFIG_NAME is not set`',
      });
    return [{ option, value: value === 'n' ? null : value, fragment }];
  });
}

function show(value: string | null | undefined): string {
  return value === null || value === undefined ? 'it off' : value;
}

import { existsSync, realpathSync } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { Failure } from '../host/failure.ts';
import type { Patch, PatchSet } from './patches.ts';

/** The files that a patch set adds, changes or removes, after patching; a removed file is absent in `dir`. */
export interface Overlay {
  dir: string;
  paths: string[];
}

/** Applies a patch set outside the tree: only the files that it touches are copied to `dir` and patched there. */
export async function makeOverlay(set: PatchSet, pristine: string, dir: string): Promise<Overlay> {
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  const paths = [
    ...new Set([...set.grafts.map(({ target }) => target), ...set.patches.flatMap(touchedPaths)]),
  ];
  const known = paths.filter((path) => existsSync(join(pristine, path)));
  for (const path of known) await cp(join(pristine, path), join(dir, path));
  for (const { path, target } of set.grafts) await cp(path, join(dir, target));
  for (const patch of set.patches) await apply(patch, dir);
  return { dir, paths };
}

async function apply(patch: Patch, dir: string): Promise<void> {
  const { exitCode, stderr } = await execa('git', ['apply', '--whitespace=nowarn', '-'], {
    cwd: dir,
    input: patch.text,
    reject: false,
    // A repository around the cache would make git apply silently skip every path.
    env: {
      LC_ALL: 'C',
      GIT_CEILING_DIRECTORIES: dirname(realpathSync(dir)),
      GIT_DIR: undefined,
      GIT_WORK_TREE: undefined,
      GIT_INDEX_FILE: undefined,
    },
  });
  if (exitCode === 0) return;
  throw new Failure(
    'usage',
    `patch ${patch.series}/${patch.file} does not apply: ${reason(patch.text, stderr)}`,
    {
      next: `${patch.path} must apply after the patches before it: rebase it onto this kernel`,
    },
  );
}

/** Finds the hunk that git's message means: git names only a file and the line where the hunk begins. */
function reason(text: string, stderr: string): string {
  const place = stderr.match(/patch failed: (.+):(\d+)/);
  if (place === null)
    return stderr
      .replace(/^error: /gm, '')
      .trim()
      .split('\n')
      .join('; ');
  const [, path = '', line = ''] = place;
  const hunks = hunksOf(text, path);
  const index = hunks.findIndex(
    (header) => header.startsWith(`@@ -${line},`) || header.startsWith(`@@ -${line} `),
  );
  if (index < 0) return `${path}, line ${line}`;
  return `hunk ${index + 1} of ${hunks.length} in ${path} (${hunks[index]})`;
}

function hunksOf(text: string, path: string): string[] {
  const section = text.split(/^diff --git /m).find((part) => part.includes(`\n+++ b/${path}`));
  return section?.match(/^@@ -\d.*/gm) ?? [];
}

/** Every path in the patch's headers. An extra path, from prose that looks like a header, is harmless. */
function touchedPaths(patch: Patch): string[] {
  const headers = patch.text.matchAll(/^(?:---|\+\+\+|rename (?:from|to)|copy from) (?:[ab]\/)?(\S+)/gm);
  const binary = patch.text.matchAll(/^diff --git a\/(\S+) b\/\S+$/gm);
  return [...headers, ...binary]
    .map(([, path = '']) => path)
    .filter((path) => path !== '/dev/null' && path !== '');
}

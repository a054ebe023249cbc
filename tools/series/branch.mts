import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../harness/src/host/failure.ts';
import { type Patch, readPatchSet, readSeries } from '../../harness/src/kernel/patches.ts';
import type { Source } from '../../harness/src/kernel/source.ts';
import { authors, commitOf, gitIn, graft, openRepository } from './repository.mts';

/** A series of a folder of patches, and the repository that has it as a branch of the same name. */
export interface Place {
  root: string;
  series: string;
  tree: string;
}

/** The commit that a branch's own commits begin after: the source, the grafts and the series before it. */
const baseTag = (series: string) => `${series}.base`;

/** Makes the branch: a commit for the source, one for the grafts, and one for each patch. */
export async function branchOf(place: Place, source: Source): Promise<void> {
  const { root, series, tree } = place;
  const patches = readSeries(join(root, 'series', series));
  await openRepository(tree);
  const git = gitIn(tree);
  if ((await git`git rev-parse --verify --quiet ${`refs/heads/${series}`}`.nothrow()).exitCode === 0)
    throw new Failure('usage', `${tree} has a branch ${series} already`, {
      next: `rebase it, or delete it first: git -C ${tree} branch -D ${series}`,
    });
  await checkoutBase(place, source);
  await git`git switch --quiet --create ${series}`;
  await applyAll(place, patches);
}

/** Moves the branch's own commits. Where one conflicts, git's rebase stays open in the tree. */
export async function rebaseBranch(place: Place, source: Source): Promise<void> {
  const { series, tree } = place;
  const git = gitIn(tree);
  const before = await commitOf(tree, baseTag(series));
  if ((await git`git status --porcelain --untracked-files=no`).stdout !== '')
    throw new Failure('usage', `${tree} has changes that are not committed`, {
      next: 'commit or stash them',
    });
  await checkoutBase(place, source);
  const { exitCode, stdout } =
    await git`git rebase --quiet --onto ${baseTag(series)} ${before} ${series}`.nothrow();
  if (exitCode === 0) return;
  throw new Failure('regression', `${series} conflicts with its new base: ${stdout.trim()}`, {
    next: `resolve it in ${tree}, \`git rebase --continue\`, then run format-patch`,
  });
}

/** Replaces the patches of the series by the branch's commits; a cover letter stays. Returns the files' paths. */
export async function formatPatches({ root, series, tree }: Place): Promise<string[]> {
  const dir = join(root, 'series', series);
  await commitOf(tree, series);
  for (const file of await readdir(dir)) if (file.endsWith('.patch')) await rm(join(dir, file));
  const range = `${baseTag(series)}..${series}`;
  const { stdout } = await gitIn(
    tree,
  )`git format-patch --zero-commit --no-signature --abbrev=7 -o ${dir} ${range}`;
  return stdout.trim().split('\n');
}

async function checkoutBase(place: Place, source: Source): Promise<void> {
  const { root, series, tree } = place;
  const { grafts, patches } = readPatchSet([], root);
  const git = gitIn(tree);
  await git`git checkout --quiet --force --detach ${await graft(tree, source)}`;
  if (grafts.length > 0) {
    for (const { path, target } of grafts) await git`install -D -m 644 ${path} ${target}`;
    await git`git add --all --force`;
    await git`git commit --quiet --author ${authors} -m ${'Graft the folders of kernel-patches'}`;
  }
  const at = patches.findIndex((patch) => patch.series === series);
  await applyAll(place, at === -1 ? patches : patches.slice(0, at));
  await git`git tag --force ${baseTag(series)}`;
}

async function applyAll({ tree }: Place, patches: readonly Patch[]): Promise<void> {
  const git = gitIn(tree);
  for (const { path, series, file } of patches) {
    if ((await git`git am --quiet --keep-non-patch ${path}`.nothrow()).exitCode === 0) continue;
    await git`git am --abort`.nothrow();
    throw new Failure('usage', `${series}/${file} does not apply to ${tree}`, {
      next: 'rebase its series first, or give the --source that it was made for',
    });
  }
}

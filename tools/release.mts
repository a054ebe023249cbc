import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { $ } from 'zx';
import { checkoutRoot } from '../harness/src/host/cache.ts';
import { Failure } from '../harness/src/host/failure.ts';
import { misuse, runScript, type Usage } from './command.mts';
import { changelogOf, withSection } from './release/changelog.mts';

const usage: Usage = {
  script: 'release.mts',
  about: 'a release: version, CHANGELOG.md from the subjects of commits, checks, commit and tag',
  forms: {
    VERSION: 'release VERSION (1.2.3) of the branch main as it is checked out',
    'VERSION --dry-run': "print the version's section of CHANGELOG.md, and change nothing",
  },
  flags: {
    'dry-run': { about: 'change nothing' },
    root: { value: 'DIR', about: 'the checkout, instead of the one that this script lies in' },
    check: { value: 'COMMAND', about: 'what must end 0 before anything is committed (default: npm test)' },
  },
};

await runScript(usage, async ({ operands: [version, ...more], flags }) => {
  if (version === undefined || more.length > 0 || !/^\d+\.\d+\.\d+$/.test(version))
    throw misuse(usage, `expected one version of the form 1.2.3, got: ${process.argv.slice(2).join(' ')}`);
  const root = typeof flags['root'] === 'string' ? resolve(flags['root']) : checkoutRoot();
  const git = $({ cwd: root, quiet: true });
  const tags = (await git`git tag --list v* --sort=-version:refname`).stdout.split('\n').filter(Boolean);
  const section = changelogOf(version, await subjectsSince(root, tags[0]), today());
  if (flags['dry-run'] === true) {
    process.stdout.write(section);
    return 0;
  }
  await demandReady(root, version, tags);
  const check = typeof flags['check'] === 'string' ? flags['check'] : 'npm test';
  const { exitCode } = await $({ cwd: root, stdio: 'inherit', nothrow: true })`sh -c ${check}`;
  if (exitCode !== 0)
    throw new Failure('regression', `\`${check}\` ended with status ${exitCode}`, {
      next: 'nothing was changed; correct it and run this again',
    });
  await setVersion(root, version);
  const changelog = join(root, 'CHANGELOG.md');
  await writeFile(changelog, withSection(await readFile(changelog, 'utf8').catch(() => ''), section));
  await git`git add package.json package-lock.json CHANGELOG.md`;
  await git`git commit --quiet -m ${`release: ${version}`}`;
  await git`git tag --annotate ${`v${version}`} -m ${`zerohop ${version}`}`;
  process.stdout.write(`v${version}: push it with git push --follow-tags\n`);
  return 0;
});

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

async function subjectsSince(root: string, tag: string | undefined): Promise<string[]> {
  const range = tag === undefined ? 'HEAD' : `${tag}..HEAD`;
  const { stdout } = await $({ cwd: root, quiet: true })`git log --no-merges --format=%s ${range}`;
  return stdout.split('\n').filter(Boolean);
}

async function demandReady(root: string, version: string, tags: readonly string[]): Promise<void> {
  const git = $({ cwd: root, quiet: true });
  const next = 'commit or stash the changes, switch to main, and name a version that has no tag';
  if ((await git`git status --porcelain`).stdout !== '')
    throw new Failure('usage', `${root} has changes that are not committed`, { next });
  const branch = (await git`git branch --show-current`).stdout.trim();
  if (branch !== 'main') throw new Failure('usage', `expected the branch main, got ${branch}`, { next });
  const newest = tags[0]?.slice(1);
  if (newest !== undefined && compareVersions(version, newest) <= 0)
    throw new Failure('usage', `expected a version above ${newest}, got ${version}`, { next });
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  const differs = left?.findIndex((part, index) => part !== right?.[index]) ?? -1;
  return differs === -1 ? 0 : (left?.[differs] ?? 0) - (right?.[differs] ?? 0);
}

async function setVersion(root: string, version: string): Promise<void> {
  for (const file of ['package.json', 'package-lock.json']) {
    const path = join(root, file);
    const content = JSON.parse(await readFile(path, 'utf8'));
    content.version = version;
    if (content.packages?.[''] !== undefined) content.packages[''].version = version;
    await writeFile(path, `${JSON.stringify(content, null, 2)}\n`);
  }
}

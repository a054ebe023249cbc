import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runTool } from './run-tool.ts';

let root: string;
const git = (...args: string[]) => execa('git', ['-C', root, ...args]);
const commit = (subject: string) => git('commit', '--quiet', '--allow-empty', '-m', subject);
const release = (...args: string[]) => runTool('release.mts', ...args, '--root', root);

beforeEach(async () => {
  for (const who of ['AUTHOR', 'COMMITTER']) {
    vi.stubEnv(`GIT_${who}_NAME`, 'tester');
    vi.stubEnv(`GIT_${who}_EMAIL`, 'tester@example');
  }
  root = await mkdtemp(join(tmpdir(), 'zerohop-release-'));
  await git('init', '--quiet', '--initial-branch=main');
  await writeFile(join(root, 'package.json'), '{ "name": "x", "version": "0.1.0" }\n');
  await writeFile(
    join(root, 'package-lock.json'),
    '{ "version": "0.1.0", "packages": { "": { "version": "0.1.0" }, "node_modules/y": { "version": "0.1.0" } } }\n',
  );
  await git('add', '.');
  await commit('guest: boot a host');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true });
});

test('a release has its version in both files, its commits by area in the changelog, and a tag', async () => {
  await commit('fabric: share memory');
  await commit('Write a subject without an area');
  const first = await release('0.2.0', '--check', 'true');
  expect(first, first.stderr).toMatchObject({ exitCode: 0 });
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'));
  expect(lock).toMatchObject({
    version: '0.2.0',
    packages: { '': { version: '0.2.0' }, 'node_modules/y': { version: '0.1.0' } },
  });
  expect((await git('tag', '--points-at', 'HEAD')).stdout).toBe('v0.2.0');
  await commit('guest: boot two hosts');
  await release('0.3.0', '--check', 'true');
  expect(await readFile(join(root, 'CHANGELOG.md'), 'utf8')).toMatch(
    /^# Changes\n\n## 0\.3\.0 \(\d{4}-\d\d-\d\d\)\n\n### guest\n\n- boot two hosts\n\n## 0\.2\.0 \(.*\)\n\n### fabric\n\n- share memory\n\n### guest\n\n- boot a host\n\n### other\n\n- Write a subject without an area\n$/,
  );
});

test('--dry-run prints the section and changes nothing', async () => {
  const end = await release('0.2.0', '--dry-run');
  expect(end.stdout).toContain('### guest\n\n- boot a host');
  expect((await git('status', '--porcelain')).stdout).toBe('');
  expect((await git('tag')).stdout).toBe('');
});

test('nothing is released when the check fails', async () => {
  expect(await release('0.2.0', '--check', 'exit 3')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('`exit 3` ended with status 3'),
  });
  expect((await git('tag')).stdout).toBe('');
  expect((await git('status', '--porcelain')).stdout).toBe('');
});

test('only a clean main is released, under a higher version', async () => {
  await git('tag', 'v0.10.0');
  expect((await release('0.9.0', '--check', 'true')).stderr).toContain('expected a version above 0.10.0');
  await git('switch', '--quiet', '--create', 'topic');
  expect((await release('0.11.0', '--check', 'true')).stderr).toContain(
    'expected the branch main, got topic',
  );
  await writeFile(join(root, 'package.json'), '{}\n');
  expect((await release('0.11.0', '--check', 'true')).stderr).toContain('not committed');
});

test.each([[['1.2']], [[]], [['1.2.3', '4.5.6']], [['1.2.3', '--force']]])(
  'release.mts %j ends 2',
  async (args) => {
    expect(await release(...args)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--help') });
  },
);

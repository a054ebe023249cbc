import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';

/** A checkout with the real entry, a main that says what it got, and an npm that does what a test wants. */
let checkout: string;

const realModules = join(import.meta.dirname, '../../../node_modules');

beforeEach(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'zerohop-entry-'));
  await mkdir(join(checkout, 'harness/src/cli'), { recursive: true });
  await mkdir(join(checkout, 'bin'));
  await copyFile(join(import.meta.dirname, '../../entry.mjs'), join(checkout, 'harness/entry.mjs'));
  await writeFile(join(checkout, 'package.json'), '{"type": "module"}');
  await writeFile(join(checkout, 'package-lock.json'), '{}');
  const main = "export function main(args: string[]) {\n  console.log('main', ...args);\n}\n";
  await writeFile(join(checkout, 'harness/src/cli/main.ts'), main);
  await npmDoes('true');
});

afterEach(() => rm(checkout, { recursive: true, force: true }));

/** `npm ci` removes node_modules and makes it anew; `then` is what else happens before it ends. */
async function npmDoes(then: string): Promise<void> {
  const script = `#!/bin/sh
echo "$*" >> ${checkout}/calls
echo "npm says something"
rm -rf node_modules; mkdir node_modules
${then}
ln -s ${realModules}/tsx node_modules/tsx
`;
  const path = join(checkout, 'bin/npm');
  await writeFile(path, script);
  await chmod(path, 0o755);
}

function enter(...args: string[]) {
  const env = { PATH: `${join(checkout, 'bin')}:${process.env['PATH']}` };
  return execa('node', [join(checkout, 'harness/entry.mjs'), ...args], { cwd: tmpdir(), env, reject: false });
}

async function calls(): Promise<string[]> {
  return (await readFile(join(checkout, 'calls'), 'utf8')).trimEnd().split('\n');
}

test('the first command installs, keeps stdout clean, and goes on; the second has nothing to install', async () => {
  expect(await enter('guest', '--', 'ls')).toMatchObject({
    stdout: 'main guest -- ls',
    stderr: expect.stringContaining('npm says something'),
    exitCode: 0,
  });
  expect(await enter('doctor')).toMatchObject({ stdout: 'main doctor', stderr: '' });
  expect(await calls()).toEqual([expect.stringMatching(/^ci .*--no-dry-run.*--include=dev/)]);
});

test('packages behind a link are used, and left alone if they are those of another lock file', async () => {
  await enter('doctor');
  await rename(join(checkout, 'node_modules'), join(checkout, 'elsewhere'));
  await symlink(join(checkout, 'elsewhere'), join(checkout, 'node_modules'));
  expect(await enter('doctor')).toMatchObject({ stdout: 'main doctor' });
  await writeFile(join(checkout, 'package-lock.json'), '{"changed": true}');
  expect(await enter('doctor')).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining('is a link to packages of another package-lock.json'),
  });
  expect(await calls()).toHaveLength(1);
  expect(existsSync(join(checkout, 'elsewhere/tsx'))).toBe(true);
});

test('a changed lock file installs again', async () => {
  await enter('doctor');
  await writeFile(join(checkout, 'package-lock.json'), '{"changed": true}');
  await enter('doctor');
  expect(await calls()).toHaveLength(2);
});

test('an npm that fails ends 3 and says what to do; the next call starts over', async () => {
  await npmDoes('echo "ENOTFOUND registry" >&2; exit 7');
  const { exitCode, stderr, stdout } = await enter('doctor');
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
  expect(stderr).toMatch(/ENOTFOUND registry.*npm ci ended with status 7.*next: check the network/s);
  expect(stderr.split('\n').at(-1)).toBe('zerohop: outcome=infra status=3 log=-');
  await npmDoes('true');
  expect(await enter('doctor')).toMatchObject({ stdout: 'main doctor' });
});

test('what a killed npm left half-done is done again', async () => {
  await npmDoes('exec sleep 30');
  const first = enter('doctor');
  while (!existsSync(join(checkout, 'calls'))) await sleep(50);
  first.kill('SIGKILL');
  await first;
  await npmDoes('true');
  expect(await enter('doctor')).toMatchObject({ stdout: 'main doctor' });
  expect(await calls()).toHaveLength(2);
});

test('of two at once, one installs and the other waits', async () => {
  await npmDoes(`while [ ! -e ${checkout}/go-on ]; do sleep 0.1; done`);
  const both = [enter('one'), enter('two')];
  const isWaiting = both.map(
    ({ stderr }) =>
      new Promise<void>((resolve) => {
        stderr.on('data', (chunk) => String(chunk).includes('waiting for another command') && resolve());
      }),
  );
  await Promise.race(isWaiting);
  await writeFile(join(checkout, 'go-on'), '');
  const results = await Promise.all(both);
  expect(results.map(({ stdout }) => stdout)).toEqual(['main one', 'main two']);
  expect(await calls()).toHaveLength(1);
});

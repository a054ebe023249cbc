import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { inspect, isOlder } from '../../../src/host/inspect.ts';
import { ensureRequirements, installLine } from '../../../src/host/install.ts';
import { purposes, requirements, requirementsFor } from '../../../src/host/requirements.ts';

const qemuAndGit = requirements.filter(({ name }) => name === 'QEMU' || name === 'git');

/** A machine whose path holds what these tests put there, and nothing else. */
let dir: string;
let bin: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zerohop-install-'));
  bin = join(dir, 'bin');
  await mkdir(bin);
  vi.stubEnv('PATH', bin);
  vi.stubEnv('ZEROHOP_CACHE', join(dir, 'cache'));
  vi.spyOn(process, 'getuid').mockReturnValue(0);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await rm(dir, { recursive: true, force: true });
});

async function command(name: string, script: string): Promise<void> {
  const path = join(bin, name);
  await writeFile(path, `#!/bin/bash\nPATH=/usr/bin:/bin\n${script}\n`);
  await chmod(path, 0o755);
}

/** An apt-get that writes its arguments down and does `onInstall`. */
async function aptGet(onInstall: string): Promise<void> {
  await command('apt-get', `echo "$*" >> ${dir}/calls\nif [[ $* == *install* ]]; then ${onInstall}; fi`);
}

const qemu72 = `printf '#!/bin/sh\\necho version 7.2.1' > $bin/qemu-system-x86_64; chmod +x $bin/*`;

test('nothing is called where nothing is lacking', async () => {
  await command('qemu-system-x86_64', 'echo QEMU emulator version 9.2.0');
  await command('git', 'echo git version 2');
  await aptGet('exit 1');
  await ensureRequirements(qemuAndGit);
  await expect(readFile(`${dir}/calls`)).rejects.toThrow('ENOENT');
});

test('root installs what is lacking, and that alone', async () => {
  await command('git', 'echo git version 2');
  await aptGet(`bin=${bin}; ${qemu72}`);
  await ensureRequirements(qemuAndGit);
  const calls = await readFile(`${dir}/calls`, 'utf8');
  expect(calls).toMatch(/install -y --no-install-recommends qemu-system-x86\n/);
  expect(calls).not.toMatch(/git/);
});

test('lists that name what is there no more are read again, once', async () => {
  await command('git', 'echo git version 2');
  await aptGet(`bin=${bin}; if grep -q update ${dir}/calls; then ${qemu72}; else exit 100; fi`);
  await ensureRequirements(qemuAndGit);
  expect(await readFile(`${dir}/calls`, 'utf8')).toMatch(/update\n/);
});

test('no network: the log and what to do', async () => {
  await aptGet('echo E: Unable to fetch; exit 100');
  const failure = await ensureRequirements(qemuAndGit).catch((error) => error);
  expect(failure).toMatchObject({ kind: 'infra', message: 'apt-get could not install git qemu-system-x86' });
  expect(await readFile(failure.log, 'utf8')).toMatch(/Unable to fetch/);
});

test('a machine whose packages are too old is told so', async () => {
  await command('git', 'echo git version 2');
  await command('qemu-system-x86_64', 'echo QEMU emulator version 6.2.0');
  await aptGet('true');
  await expect(ensureRequirements(qemuAndGit)).rejects.toThrow('QEMU 6.2.0 is too old (7.2 is needed)');
});

test('anyone else gets the one line', async () => {
  vi.mocked(process.getuid as () => number).mockReturnValue(1000);
  await aptGet('true');
  await expect(ensureRequirements(qemuAndGit)).rejects.toMatchObject({
    kind: 'infra',
    message: 'this machine lacks what is needed here: QEMU is missing, git is missing',
    next: 'run\nsudo apt-get install -y --no-install-recommends git qemu-system-x86',
  });
  await expect(readFile(`${dir}/calls`)).rejects.toThrow('ENOENT');
});

test('every requirement is installed by one line, each package once', async () => {
  const lacking = (await inspect(requirementsFor(purposes))).map((finding) => ({
    ...finding,
    status: 'missing' as const,
  }));
  const packages = installLine(lacking).split(' ').slice(5);
  expect(new Set(packages).size).toBe(packages.length);
  expect(packages).toContain('qemu-system-x86');
});

test.each([
  ['7.2.22', '7.2', false],
  ['7.1', '7.2', true],
  ['9.2', '10', true],
  ['10', '9.9', false],
  ['1.24', '1.24', false],
])('version %s is older than %s: %s', (a, b, older) => {
  expect(isOlder(a, b)).toBe(older);
});

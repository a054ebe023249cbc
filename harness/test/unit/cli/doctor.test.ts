import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkoutRoot } from '../../../src/host/cache.ts';
import { requirements } from '../../../src/host/requirements.ts';

const everywhere = '/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin';

/** A folder that leads to every tool of this machine; tests take some of them away. */
let bin: string;

beforeEach(async () => {
  bin = await mkdtemp(join(tmpdir(), 'zerohop-doctor-'));
  const tools = requirements.flatMap(({ command }) => command ?? []);
  for (const tool of new Set([...tools, 'ninja', 'pkg-config', 'dpkg-query', 'apt-get', 'du', 'setpriv'])) {
    // Not the tools that unit tests run with, which stand in front of these.
    const { stdout } = await execa('which', [tool], { env: { PATH: everywhere } });
    await symlink(stdout, join(bin, tool));
  }
});

afterEach(() => rm(bin, { recursive: true }));

function doctor(path = bin) {
  const entry = join(checkoutRoot(), 'harness/entry.mjs');
  return execa(process.execPath, [entry, 'doctor'], { env: { PATH: path }, reject: false });
}

test('doctor says that a machine can measure, and what npm test needs, when only tools of npm test are missing', async () => {
  await rm(join(bin, 'sparse'));
  const { exitCode, stdout } = await doctor();
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^missing +sparse +- +any +test /m);
  expect(stdout).toContain('npm run experiment and npm run guest can run here.');
  expect(stdout).toMatch(/For npm test, install what is missing with\n\n {2}sudo .* sparse$/);
});

test('a machine that lacks a tool of an experiment is incomplete', async () => {
  await rm(join(bin, 'pahole'));
  const { exitCode, stdout, stderr } = await doctor();
  expect(exitCode).toBe(3);
  expect(stdout).toMatch(/For npm run experiment and npm run guest, install .*\n\n.* dwarves$/);
  expect(stderr).toContain('outcome=infra status=3');
});

test('doctor finds a tool that does not run, and reinstalls it', async () => {
  await rm(join(bin, 'bc'));
  await writeFile(join(bin, 'bc'), '#!/bin/sh\necho bc: libreadline.so.8: cannot open >&2\nexit 127\n', {
    mode: 0o755,
  });
  const { exitCode, stdout } = await doctor();
  expect(exitCode).toBe(3);
  expect(stdout).toMatch(/^broken +bc +- /m);
  expect(stdout).toContain('bc does not run: bc: libreadline.so.8: cannot open');
  expect(stdout).toMatch(/--reinstall bc$/);
});

test("tools in /usr/sbin are found with an ordinary user's PATH", async () => {
  const { stdout } = await doctor(['/usr/local/bin', '/usr/bin', '/bin'].join(delimiter));
  expect(stdout).toMatch(/^ok +bpftool /m);
  expect(stdout).toMatch(/^ok +kmod /m);
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkoutRoot } from '../../../src/host/cache.ts';

/** A project whose one script works until it is told to stop, and then takes a while to tidy up. */
let project: string;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'zerohop-signals-'));
  const file = (path: string) => pathToFileURL(join(checkoutRoot(), path)).href;
  await writeFile(
    join(project, 'work.mjs'),
    `import { register } from '${file('node_modules/tsx/dist/esm/api/index.mjs')}';
     register();
     const { listenForStop } = await import('${file('harness/src/cli/signals.ts')}');
     const stop = listenForStop();
     setTimeout(() => {}, 60_000);
     stop.signal.addEventListener('abort', () => setTimeout(() => {
       console.log('tidy');
       process.exit(stop.status());
     }, Number(process.argv[2])));
     console.log('ready');`,
  );
  const scripts = { work: 'exec setpriv --pdeathsig TERM node work.mjs 500' };
  await writeFile(
    join(project, 'package.json'),
    JSON.stringify({ name: 'works', version: '1.0.0', scripts }),
  );
});

afterAll(() => rm(project, { recursive: true, force: true }));

/** A process that is at work, in an object: a bare one would be awaited to its end. */
async function started(command: string, args: string[]) {
  const child = execa(command, args, { cwd: project, reject: false });
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk) => String(chunk).includes('ready') && resolve());
  });
  return { child };
}

test.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
  ['SIGHUP', 129],
] as const)('%s lets the work tidy up and ends %i', async (signal, exitCode) => {
  const { child } = await started('node', ['work.mjs', '300']);
  child.kill(signal);
  expect(await child).toMatchObject({ exitCode, stdout: 'ready\ntidy' });
});

test('Ctrl-C that arrives twice, from the terminal and from npm, is one', async () => {
  const { child } = await started('node', ['work.mjs', '300']);
  child.kill('SIGINT');
  await sleep(100);
  child.kill('SIGINT');
  expect(await child).toMatchObject({ exitCode: 130, stdout: 'ready\ntidy' });
});

test('a second signal ends the process immediately', async () => {
  const { child } = await started('node', ['work.mjs', '20000']);
  child.kill('SIGTERM');
  await sleep(1100);
  child.kill('SIGTERM');
  expect(await child).toMatchObject({ exitCode: 143, stdout: 'ready' });
});

test.each(['SIGKILL', 'SIGTERM'] as const)('%s of npm reaches the work', async (signal) => {
  const { child: npm } = await started('npm', ['--silent', 'run', 'work']);
  npm.kill(signal);
  // Ends when the last holder of stdout does: the work.
  expect((await npm).stdout).toBe('ready\ntidy');
});

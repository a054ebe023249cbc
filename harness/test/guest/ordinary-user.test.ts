import { cp, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildRoot } from '../../src/guest/root/root.ts';
import { cacheRoot, checkoutRoot } from '../../src/host/cache.ts';
import type { Bundle } from '../../src/kernel/bundle.ts';
import { resolveKernel } from '../../src/kernel/resolve.ts';

/** Debian's PATH for a user who is not root: it has no sbin folder. */
const path = '/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games';
const limitMs = 20 * 60_000;
const isRoot = process.getuid?.() === 0;
/** Nobody's, where these tests are run by root. */
const uid = isRoot ? 65_534 : process.getuid?.();

let home: string;
let bundle: Bundle;

/**
 * The user gets copies of the kernel bundle and of the archives of Debian's packages, but of nothing that another command
 * is still making. All else is made in the user's own cache.
 */
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'zerohop-user-'));
  bundle = await resolveKernel(undefined);
  await cp(bundle.dir, join(home, 'kernel'), { recursive: true });
  await buildRoot(['net', 'netperf', 'bpf'], { types: bundle.types });
  await cp(join(cacheRoot(), 'root-packages'), join(home, 'cache/root-packages'), {
    recursive: true,
    filter: (file) => !basename(file).startsWith('.half-'),
  });
  await mkdir(join(home, 'checkout'));
  if (isRoot) await execa('chown', ['-R', `${uid}:${uid}`, home]);
}, limitMs);

afterAll(() => rm(home, { recursive: true }));

/** Root's checkout may lie where others cannot go, so nobody sees it in a folder of its own. */
function asUser(...args: string[]) {
  const run = (root: string) => [process.execPath, join(root, 'harness/entry.mjs'), ...args];
  const checkout = join(home, 'checkout');
  const drop = ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--no-new-privs', '--'];
  const script = 'mount --bind "$1" "$2" && shift 2 && exec "$@"';
  const mounted = ['unshare', '--mount', 'sh', '-c', script, 'sh', checkoutRoot(), checkout];
  const [program = '', ...rest] = isRoot ? [...mounted, ...drop, ...run(checkout)] : run(checkoutRoot());
  return execa(program, rest, {
    cwd: home,
    env: { PATH: path, HOME: home, ZEROHOP_CACHE: join(home, 'cache') },
    extendEnv: false,
    reject: false,
  });
}

test('an ordinary user of Debian boots a guest', { timeout: limitMs }, async () => {
  const { exitCode, stdout, stderr } = await asUser(...['guest', '--kernel', 'kernel', '--', 'uname', '-r']);
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: 0,
    stdout: bundle.metadata.release,
    stderr: expect.stringContaining('h0 is up'),
  });
  // bpftool, which lies in /usr/sbin, made these for the user.
  const [made = ''] = await readdir(join(home, 'cache/bpf-programs'));
  expect((await stat(join(home, 'cache/bpf-programs', made))).uid).toBe(uid);
});

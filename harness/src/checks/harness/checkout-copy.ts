import { cp, mkdir, mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { checkoutRoot } from '../../host/cache.ts';

/** A scratch copy of the checkout, as git would see it, with this one's node_modules. The caller removes it. */
export async function checkoutCopy(): Promise<string> {
  const from = checkoutRoot();
  const to = await mkdtemp(join(tmpdir(), 'zerohop-copy-'));
  const { stdout } = await execa('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: from,
  });
  for (const file of stdout.split('\0').filter((name) => name !== '')) {
    await mkdir(dirname(join(to, file)), { recursive: true });
    await cp(join(from, file), join(to, file));
  }
  await symlink(join(from, 'node_modules'), join(to, 'node_modules'));
  return to;
}

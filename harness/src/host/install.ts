import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { cacheRoot } from './cache.ts';
import { Failure } from './failure.ts';
import { type Inspection, inspect } from './inspect.ts';
import { withLock } from './lock.ts';
import { type Purpose, type Requirement, requirementsFor } from './requirements.ts';

/** Ensures the packages for `purposes`: installs them as root, otherwise throws with the line that installs them. */
export async function ensurePackages(purposes: readonly Purpose[], signal?: AbortSignal): Promise<void> {
  await ensureRequirements(requirementsFor(purposes), signal);
}

export async function ensureRequirements(
  wanted: readonly Requirement[],
  signal?: AbortSignal,
): Promise<void> {
  const lacking = (await inspect(wanted)).filter(({ status }) => status !== 'ok');
  if (lacking.length === 0) return;
  if (process.getuid?.() !== 0 || !existsSync(aptGet)) throw notThere(lacking);
  const installLacking = async () => {
    await install(packagesOf((await inspect(wanted)).filter(({ status }) => status !== 'ok')), signal);
  };
  await withLock('system packages', installLacking, { signal });
  const still = (await inspect(wanted)).filter(({ status }) => status !== 'ok');
  if (still.length > 0) throw notThere(still);
}

/** The line that installs the missing packages, for a user to copy. */
export function installLine(lacking: readonly Inspection[]): string {
  const again = lacking.some(({ status }) => status === 'broken') ? '--reinstall ' : '';
  return `sudo apt-get install -y --no-install-recommends ${again}${packagesOf(lacking).join(' ')}`;
}

const aptGet = '/usr/bin/apt-get';
const listsDir = '/var/lib/apt/lists';

function packagesOf(lacking: readonly Inspection[]): string[] {
  return [...new Set(lacking.map(({ requirement }) => requirement.package))].sort();
}

function notThere(lacking: readonly Inspection[]): Failure {
  const names = lacking.map(({ requirement: { name, atLeast }, status, found }) => {
    if (status === 'missing') return `${name} is missing`;
    return status === 'broken' ? `${found}` : `${name} ${found} is too old (${atLeast} is needed)`;
  });
  return new Failure('infra', `this machine lacks what is needed here: ${names.join(', ')}`, {
    next: existsSync(aptGet)
      ? `run\n${installLine(lacking)}`
      : `install what Debian calls ${packagesOf(lacking).join(' ')}; only Debian 12 is known to work`,
  });
}

async function install(packages: string[], signal: AbortSignal | undefined): Promise<void> {
  if (packages.length === 0) return;
  const log = join(cacheRoot(), 'logs', 'apt-get.log');
  await mkdir(dirname(log), { recursive: true });
  process.stderr.write(`zerohop: installing ${packages.join(' ')} (log: ${log})\n`);
  const apt = async (...args: string[]) => {
    // apt-get waits for another holder of dpkg's lock.
    const { exitCode } = await execa('apt-get', ['-o', 'DPkg::Lock::Timeout=600', ...args], {
      env: { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
      stdin: 'ignore',
      stdout: [process.stderr, { file: log, append: true }],
      stderr: [process.stderr, { file: log, append: true }],
      reject: false,
      ...(signal && { cancelSignal: signal }),
    });
    signal?.throwIfAborted();
    return exitCode === 0;
  };
  const tryInstall = () => apt('install', '-y', '--no-install-recommends', ...packages);
  if ((await hasLists()) && (await tryInstall())) return;
  // The lists may be missing, or name packages that the mirrors no longer have.
  await apt('update');
  if (await tryInstall()) return;
  throw new Failure('infra', `apt-get could not install ${packages.join(' ')}`, {
    log,
    next: 'see its output above and in the log; usually the network or a package mirror cannot be reached',
  });
}

async function hasLists(): Promise<boolean> {
  const files = await readdir(listsDir).catch(() => []);
  return files.some((file) => file.includes('_Packages'));
}

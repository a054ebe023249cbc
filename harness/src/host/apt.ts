import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { cacheRoot } from './cache.ts';
import { Failure } from './failure.ts';

/** Which of the mirrors' packages are wanted: the machine's own suites, or one that it need not list. */
export interface Suite {
  suite?: string;
  component?: string;
  sources?: boolean;
}

/**
 * A private view of the package mirrors, with lists and sources in the cache: neither root nor the machine's own
 * apt configuration is needed or touched.
 */
export interface Apt {
  dir: string;
  /** A generated list of sources; if absent, the machine's own. */
  sourcesList?: string;
}

export interface AptResult {
  ok: boolean;
  stdout: string;
  stderr: string;
}

export function aptDir({ suite, component, sources }: Suite): string {
  const name = [suite ?? 'machine', component, sources && 'sources'].filter(Boolean).join('-');
  return join(cacheRoot(), 'apt', name);
}

export async function openApt(want: Suite): Promise<Apt> {
  const machine = { dir: await prepare(aptDir({})) };
  if (aptDir(want) === machine.dir) return machine;
  const dir = await prepare(aptDir(want));
  const sourcesList = join(dir, 'sources.list');
  await writeFile(sourcesList, `${sourceLines(want, await readMirrors(machine)).join('\n')}\n`);
  return { dir, sourcesList };
}

/** Reads the mirrors' current lists. On failure the old ones stay, and the result has the reason. */
export async function refreshLists(apt: Apt): Promise<AptResult> {
  await rm(join(apt.dir, 'found'), { recursive: true, force: true });
  return runApt(apt, ['update', '-qq']);
}

export async function runApt(apt: Apt, args: string[], cwd = apt.dir): Promise<AptResult> {
  const result = await execa('apt-get', [...settings(apt), ...args], {
    cwd,
    env: { LC_ALL: 'C' },
    reject: false,
    stdin: 'ignore',
  });
  if (result.code === 'ENOENT')
    throw new Failure('infra', 'apt-get is not on this machine', {
      next: 'use a Debian machine: kernels and guests are built from Debian packages',
    });
  return { ok: result.exitCode === 0, stdout: result.stdout, stderr: result.stderr };
}

/** The origins of this machine's packages ("Debian", "Ubuntu"); empty if apt has not read its mirrors yet. */
export async function packageOrigins(): Promise<string[]> {
  const { stdout = '' } = await execa('apt-get', ['indextargets', '--format', '$(ORIGIN)'], {
    reject: false,
  });
  return [...new Set(stdout.split('\n'))].filter((origin) => origin !== '');
}

/** The first line of apt's errors, to append to a message. */
export function complaint({ stderr }: AptResult): string {
  const line = stderr.split('\n').find((text) => /^[EW]: /.test(text));
  return line === undefined ? '' : `: ${line.slice(3)}`;
}

interface Mirror {
  uri: string;
  origin: string;
  release: string;
  component: string;
}

async function prepare(dir: string): Promise<string> {
  for (const folder of ['lists/partial', 'cache/archives/partial'])
    await mkdir(join(dir, folder), { recursive: true });
  return dir;
}

function settings({ dir, sourcesList }: Apt): string[] {
  const pairs = [
    `Dir::State=${dir}`,
    `Dir::State::Lists=${join(dir, 'lists')}`,
    `Dir::Cache=${join(dir, 'cache')}`,
    // Otherwise a newer installed version would be the candidate, even if no mirror has it.
    'Dir::State::status=/dev/null',
    // apt's sandbox user cannot write to a cache in someone's home.
    'APT::Sandbox::User=root',
    'Acquire::Languages=none',
    'Acquire::Retries=2',
    'Acquire::http::Timeout=30',
  ];
  if (sourcesList !== undefined) pairs.push(`Dir::Etc::sourcelist=${sourcesList}`, 'Dir::Etc::sourceparts=-');
  return pairs.flatMap((pair) => ['-o', pair]);
}

/** The mirrors from the machine's own configuration, so that this repository names none. */
async function readMirrors(machine: Apt): Promise<Mirror[]> {
  const known = await listMirrors(machine);
  if (known.length > 0) return known;
  const refreshed = await refreshLists(machine);
  const mirrors = await listMirrors(machine);
  if (mirrors.length > 0) return mirrors;
  throw new Failure('infra', `no package mirror can be read${complaint(refreshed)}`, {
    next: 'check the network and that `apt-get update` works on this machine, then run the same command again',
  });
}

async function listMirrors(machine: Apt): Promise<Mirror[]> {
  const format = '$(CREATED_BY)\t$(REPO_URI)\t$(ORIGIN)\t$(RELEASE)\t$(COMPONENT)';
  const { stdout } = await runApt(machine, ['indextargets', '--format', format]);
  return stdout.split('\n').flatMap((line) => {
    const [kind, uri, origin, release, component] = line.split('\t');
    if (kind !== 'Packages' || !uri || !origin || !release || !component) return [];
    return [{ uri, origin, release, component }];
  });
}

function sourceLines(want: Suite, mirrors: Mirror[]): string[] {
  const type = want.sources ? 'deb-src' : 'deb';
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  const signed = existsSync(keyring) ? `[signed-by=${keyring}] ` : '';
  const debian = mirrors.filter(({ origin }) => origin === 'Debian');
  if (want.suite === undefined && want.component === undefined)
    return mirrors.map(
      ({ uri, origin, release, component }) =>
        `${type} ${origin === 'Debian' ? signed : ''}${uri} ${release} ${component}`,
    );
  const main = debian.find(({ release }) => !release.includes('-')) ?? debian[0];
  if (main !== undefined)
    return [`${type} ${signed}${main.uri} ${want.suite ?? main.release} ${want.component ?? 'main'}`];
  throw new Failure('infra', `no Debian mirror among this machine's package sources (${origins(mirrors)})`, {
    next: `use a Debian machine, or add a Debian mirror that has ${want.suite ?? want.component} to apt's sources`,
  });
}

function origins(mirrors: Mirror[]): string {
  return [...new Set(mirrors.map(({ origin }) => origin))].join(', ');
}

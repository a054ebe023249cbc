import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import type { Requirement } from './requirements.ts';

export interface Finding {
  requirement: Requirement;
  status: 'ok' | 'missing' | 'too old';
  /** Its version, where it is there and says one. */
  found: string | undefined;
}

/** What this machine has of what is required. */
export async function inspect(requirements: readonly Requirement[]): Promise<Finding[]> {
  const packaged = await packagedVersions(requirements.map((requirement) => requirement.package));
  return Promise.all(
    requirements.map(async (requirement): Promise<Finding> => {
      if (!isThere(requirement)) return { requirement, status: 'missing', found: undefined };
      const told = await toldVersion(requirement);
      const found = told ?? packaged.get(requirement.package);
      const { atLeast } = requirement;
      const tooOld = atLeast !== undefined && found !== undefined && isOlder(found, atLeast);
      return { requirement, status: tooOld ? 'too old' : 'ok', found };
    }),
  );
}

/** Whether version a comes before version b, part by part: 9.2 is older than 10. */
export function isOlder(a: string, b: string): boolean {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (const [index, part] of (right ?? []).entries()) {
    const other = left?.[index] ?? 0;
    if (other !== part) return other < part;
  }
  return false;
}

/** Some commands live where only root's path leads. */
const sbin = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

function isThere({ command, files }: Requirement): boolean {
  if (command === undefined) return (files ?? []).every((file) => existsSync(file));
  return commandPath(command) !== undefined;
}

function commandPath(command: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...sbin];
  return folders.map((folder) => join(folder, command)).find((path) => existsSync(path));
}

/** Asked only where the version matters: it costs a process each. */
async function toldVersion({ command, atLeast, versionFlag }: Requirement): Promise<string | undefined> {
  if (command === undefined || atLeast === undefined) return undefined;
  const path = commandPath(command) ?? command;
  const { stdout = '' } = await execa(path, [versionFlag ?? '--version'], { reject: false, stdin: 'ignore' });
  return /\d+(\.\d+)+/.exec(stdout)?.[0];
}

/** Upstream's version of each installed package; empty where there is no dpkg. */
async function packagedVersions(names: string[]): Promise<Map<string, string>> {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own placeholders
  const format = '${Package}\t${db:Status-Status}\t${source:Upstream-Version}\n';
  const { stdout = '' } = await execa('dpkg-query', ['-W', '-f', format, ...names], { reject: false });
  const rows = stdout.split('\n').map((line) => line.split('\t'));
  return new Map(
    rows.flatMap(([name, status, version]) =>
      name && version && status === 'installed' ? [[name, version] as const] : [],
    ),
  );
}

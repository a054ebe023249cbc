import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { Failure } from './failure.ts';
import type { Requirement } from './requirements.ts';
import { toolVersion } from './tool-version.ts';

export interface Inspection {
  requirement: Requirement;
  status: 'ok' | 'missing' | 'too old' | 'broken';
  /** Its version if it runs; its error message if it is broken. */
  found: string | undefined;
}

/** Finds the required tools and files. Commands are run as the harness runs them, by name through PATH. */
export async function inspect(requirements: readonly Requirement[]): Promise<Inspection[]> {
  const packaged = await packagedVersions(requirements.map((requirement) => requirement.package));
  return Promise.all(
    requirements.map(async (requirement): Promise<Inspection> => {
      if (!isThere(requirement)) return { requirement, status: 'missing', found: undefined };
      try {
        const found = (await toldVersion(requirement)) ?? packaged.get(requirement.package);
        const { atLeast } = requirement;
        const tooOld = atLeast !== undefined && found !== undefined && isOlder(found, atLeast);
        return { requirement, status: tooOld ? 'too old' : 'ok', found };
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        return { requirement, status: 'broken', found: error.message };
      }
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

function isThere({ command, files }: Requirement): boolean {
  if (command === undefined) return (files ?? []).every((file) => existsSync(file));
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.some((folder) => existsSync(join(folder, command)));
}

async function toldVersion({ command, versionFlag }: Requirement): Promise<string | undefined> {
  return command === undefined ? undefined : (await toolVersion(command, versionFlag)).number;
}

/** Upstream's version of each installed package; empty without dpkg. */
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

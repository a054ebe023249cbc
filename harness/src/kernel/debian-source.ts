import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheRoot, writeJson } from '../host/cache.ts';
import { Failure } from '../host/failure.ts';
import { fetchPackage, PackageNotFound } from '../host/packages.ts';
import { type Pin, pinOf } from '../host/versions.ts';
import type { SourceIdentity } from './source-identity.ts';

export const debianPackage = 'linux-source-6.12';

/** The pinned package, or its recorded substitute if the mirrors no longer have it. */
export function expectDebian(locked = false): SourceIdentity {
  const pin = pinOf(debianPackage);
  const memo = substituteMemo(pin);
  if (locked || !existsSync(memo)) return identity(pin);
  return substitute(pin, JSON.parse(readFileSync(memo, 'utf8')) as Pin);
}

export async function fetchDebian(locked = false): Promise<SourceIdentity & { deb: string }> {
  const pin = pinOf(debianPackage);
  const exact = await fetchPinned(pin, locked);
  if (exact === undefined) {
    const newest = await fetchNewest();
    await writeJson(substituteMemo(pin), { version: newest.version, sha256: newest.sha256 });
    return { ...substitute(pin, newest), deb: newest.path };
  }
  if (exact.sha256 === pin.sha256) return { ...identity(pin), deb: exact.path };
  throw new Failure(
    'infra',
    `${debianPackage} ${pin.version} has sha256 ${exact.sha256}, not the pinned ${pin.sha256}`,
    {
      next: 'the mirror has other bytes under this version: correct harness/versions.json if they are right',
    },
  );
}

async function fetchPinned({ version }: Pin, locked: boolean) {
  try {
    return await fetchPackage({ name: debianPackage, version });
  } catch (error) {
    if (!(error instanceof PackageNotFound)) throw error;
    if (!locked) return undefined;
    throw new Failure('infra', `the mirrors no longer have ${debianPackage} ${version}`, {
      next: 'leave --locked out to build from the newest 6.12, or move the pin in harness/versions.json',
    });
  }
}

async function fetchNewest() {
  try {
    return await fetchPackage({ name: debianPackage });
  } catch (error) {
    if (!(error instanceof PackageNotFound)) throw error;
    throw new Failure('infra', error.message, {
      next: 'give a Linux 6.12 tarball or tree with `npm run kernel -- build --source`, or use Debian 12 or 13',
    });
  }
}

function identity({ version, sha256 }: Pin): SourceIdentity {
  return { origin: `${debianPackage} ${version}`, sha256, warnings: [] };
}

function substitute(pin: Pin, found: Pin): SourceIdentity {
  const warning = `the mirrors no longer have ${debianPackage} ${pin.version}: built from ${found.version}`;
  return { ...identity(found), warnings: [warning] };
}

/** The record of the substitute, so that later calls need no mirror to identify the source. */
function substituteMemo(pin: Pin): string {
  return join(cacheRoot(), 'apt', `instead-of-${pin.sha256}.json`);
}

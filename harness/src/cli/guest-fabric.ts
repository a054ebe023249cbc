import { statSync } from 'node:fs';
import type { FabricRequest } from '../fabric/fabric.ts';
import { fabricKinds } from '../fabric/fabrics.ts';
import { profileOf } from '../fabric/profile.ts';
import { blockBytes } from '../fabric/system-ram.ts';
import { Failure } from '../host/failure.ts';

/** A file whose first line is the secret of the server at --fabric tcp://HOST:PORT. */
const secretVariable = 'ZEROHOP_FABRIC_SECRET_FILE';
const defaultSizeMb = 256;
/** Numbers that a memory server knows hosts by. */
const mostHosts = 16;

/** The fabric that --fabric and --cxl request; --cxl alone requests shm. */
export function fabricRequest(
  fabric: string | undefined,
  cxlMb: number | undefined,
): FabricRequest | undefined {
  const wanted = fabric ?? (cxlMb === undefined ? 'none' : 'shm');
  if (wanted === 'none') {
    if (cxlMb === undefined) return undefined;
    throw usage('--cxl needs a fabric', 'leave --fabric none out');
  }
  const sizeBytes = bytesOf(cxlMb ?? defaultSizeMb);
  if (fabricKinds.includes(wanted)) return { kind: wanted, sizeBytes };
  const [, profile] = /^tcp:([a-z].*)$/.exec(wanted) ?? [];
  if (profile !== undefined) return { kind: 'tcp', sizeBytes, profile: profileOf(profile) };
  const address = addressOf(wanted.replace('tcp://', ''));
  const secretFile = secretFileOf(process.env[secretVariable]);
  return { kind: 'tcp', sizeBytes, address, ...(secretFile && { secretFile }) };
}

/** --cxl-topology, of a fabric whatever it is. */
export function withTopology(
  fabric: FabricRequest | undefined,
  topology: FabricRequest['topology'],
): FabricRequest | undefined {
  if (topology === undefined) return fabric;
  if (fabric === undefined)
    throw usage('--cxl-topology needs memory of a fabric', `example: --cxl 256M --cxl-topology ${topology}`);
  return { ...fabric, topology };
}

/** HOST_INDEX and HOST_COUNT, by which hosts of several machines find each other on one server. */
export function checkHostNumbers(env: Readonly<Record<string, string>>, hosts: number): void {
  const { HOST_INDEX: index, HOST_COUNT: count } = env;
  if (index === undefined && count === undefined) return;
  if (hosts > 1)
    throw usage('HOST_INDEX and HOST_COUNT are for one host', 'start each host of such a run by a command');
  const many = numberOf('HOST_COUNT', count ?? '1', 1, mostHosts);
  if (index !== undefined) numberOf('HOST_INDEX', index, 0, (count === undefined ? mostHosts : many) - 1);
}

/** --cxl-mode ram: the memory is of this machine, and large enough for a part for each host. */
export function checkParts(fabric: FabricRequest | undefined, hosts: number): void {
  if (fabric === undefined)
    throw usage('--cxl-mode ram needs memory of a fabric', 'example: --cxl 512M --cxl-mode ram');
  if (fabric.kind !== 'shm')
    throw usage(
      `--cxl-mode ram needs --fabric shm, got ${fabric.kind}`,
      'a processor cannot execute from memory that a server has, nor wait for it at each access of its kernel',
    );
  const leastMb = (hosts * blockBytes) / 2 ** 20;
  if (fabric.sizeBytes >= hosts * blockBytes) return;
  throw usage(
    `a kernel takes memory in blocks of ${blockBytes / 2 ** 20} MiB, so that --cxl has to be at least ${leastMb}M`,
    `example: --cxl ${leastMb}M`,
  );
}

function numberOf(name: string, text: string, least: number, most: number): number {
  const value = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw usage(
    `Expected ${name} to be from ${least} to ${most}, got ${text}`,
    `example: --env ${name}=${least}`,
  );
}

/** HOST:PORT or [::1]:PORT */
function addressOf(text: string): string {
  const [, port] = /^(?:[^\s:[\]]+|\[[0-9A-Fa-f:.]+\]):(\d{1,5})$/.exec(text) ?? [];
  if (port !== undefined && Number(port) >= 1 && Number(port) <= 65_535) return text;
  throw usage(
    `Expected tcp:// to be followed by HOST:PORT with a port up to 65535, got ${text}`,
    'examples: tcp://192.0.2.1:7000, tcp://[2001:db8::1]:7000',
  );
}

function secretFileOf(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile()) throw usage(`${secretVariable}: ${file} is not a plain file`, 'name one that exists');
  if ((found.mode & 0o077) === 0) return file;
  throw usage(`${secretVariable}: ${file} can be read by others`, `run: chmod 600 ${file}`);
}

/** A DAX device consists of pages of 2 MiB. */
function bytesOf(cxlMb: number): number {
  if (cxlMb % 2 === 0) return cxlMb * 2 ** 20;
  throw usage(`Expected --cxl to be an even number of MiB, got ${cxlMb}M.`, 'example: --cxl 256M');
}

function usage(what: string, next: string): Failure {
  return new Failure('usage', what, { next });
}

import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import type { FabricRequest } from '../fabric/fabric.ts';
import type { Share } from '../guest/spec.ts';
import { Failure } from '../host/failure.ts';
import { parseArguments } from './arguments.ts';
import { fabricRequest } from './guest-fabric.ts';

/** What `npm run guest -- FLAG... -- COMMAND` asks for, checked before anything is built. */
export interface GuestRequest {
  hosts: number;
  cpus: number;
  memoryMb: number;
  shares: Share[];
  kernel: string | undefined;
  append: string[];
  env: Record<string, string>;
  timeoutMs: number | undefined;
  gdb: boolean;
  shell: boolean;
  dryRun: boolean;
  fabric: FabricRequest | undefined;
  /** Of a shell none. */
  command: readonly string[];
}

export function guestRequest(argv: string[], cwd: string): GuestRequest {
  const { flags, operands, command = [] } = parseArguments('guest', argv);
  if (operands.length > 0) throw usage(`what is "${operands.join(' ')}" for?`, `put the command after --`);
  const parsed = flagsSchema.safeParse(flags);
  if (!parsed.success) throw usage(firstIssue(parsed.error), 'see npm run guest -- --help');
  const { fabric, cxl, shell, hosts, timeout, ...rest } = parsed.data;
  if (shell && command.length > 0) throw usage('--shell takes no command', 'leave one of them out');
  if (shell && hosts > 1) throw usage('--shell is for one host', 'leave --hosts out');
  if (!shell && command.length === 0 && !rest['dry-run'])
    throw usage(
      'there is no command to run',
      'npm run guest -- -- COMMAND ARG..., or npm run guest -- --shell',
    );
  return {
    hosts,
    cpus: rest.cpus,
    memoryMb: rest.memory,
    shares: rest.share.map((text) => shareOf(text, cwd)),
    kernel: rest.kernel === undefined ? undefined : resolve(cwd, rest.kernel),
    append: rest.append.split(/\s+/).filter((word) => word !== ''),
    env: Object.fromEntries(rest.env.map(variableOf)),
    timeoutMs: timeout === undefined ? undefined : timeout * 1000,
    gdb: rest.gdb,
    shell,
    dryRun: rest['dry-run'],
    fabric: fabricRequest(fabric, cxl, hosts),
    command,
  };
}

const mostHosts = 8;

const count = (most: number) => z.coerce.number().int().min(1).max(most);

const flagsSchema = z.object({
  hosts: count(mostHosts).default(1),
  cpus: count(16).default(2),
  memory: z
    .string()
    .regex(/^\d+[MG]$/, 'is no size like 512M or 2G')
    .default('1G')
    .transform((text) => Number.parseInt(text, 10) * (text.endsWith('G') ? 1024 : 1)),
  fabric: z.string().optional(),
  cxl: z.string().optional(),
  share: z.array(z.string()).default([]),
  kernel: z.string().optional(),
  append: z.string().default(''),
  env: z.array(z.string()).default([]),
  timeout: z.coerce.number().positive().optional(),
  gdb: z.boolean().default(false),
  shell: z.boolean().default(false),
  'dry-run': z.boolean().default(false),
});

/** HOSTDIR:GUESTDIR[:rw] */
function shareOf(text: string, cwd: string): Share {
  const match = /^(.+?):(\/[^:]*)(:rw)?$/.exec(text);
  if (match === null)
    throw usage(`--share ${text} is not HOSTDIR:GUESTDIR[:rw]`, 'GUESTDIR begins with a slash');
  const [, dir = '', guestDir = '', access] = match;
  const hostDir = resolve(cwd, dir);
  if (!statSync(hostDir, { throwIfNoEntry: false })?.isDirectory())
    throw usage(`--share ${text}: ${hostDir} is no directory`, 'share one that exists');
  return { hostDir, guestDir, writable: access !== undefined };
}

function variableOf(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw usage(`--env ${text} is not K=V`, 'write it as NAME=VALUE');
  return [text.slice(0, at), text.slice(at + 1)];
}

function firstIssue({ issues: [issue] }: z.ZodError): string {
  return `--${issue?.path.join('.')}: ${issue?.message}`;
}

function usage(what: string, next: string): Failure {
  return new Failure('usage', what, { next });
}

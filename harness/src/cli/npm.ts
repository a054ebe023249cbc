import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { Failure } from '../host/failure.ts';
import type { Flag } from './usage.ts';
import { invocation, usageOf, type Verb } from './usages.ts';

/**
 * Without a `--`, npm takes the flags for its own configuration, and zerohop would do something else than the user
 * typed. Throws in that case, with the corrected line.
 */
export function demandSeparator(verb: Verb, argv: string[]): void {
  if (!startedByNpm(verb)) return;
  const typed = typedArguments(process.ppid);
  const line = typed === undefined ? fromEnvironment(verb, argv) : fromTyped(verb, typed);
  if (line === undefined) return;
  throw new Failure(
    'usage',
    'npm swallowed flags that were meant for zerohop, because there was no "--" before them',
    {
      next: `run\n${line}`,
    },
  );
}

/** Whether npm started this process directly: all descendants inherit npm's variables. */
export function startedByNpm(verb: string): boolean {
  return process.env['npm_lifecycle_event'] === verb;
}

/** The corrected line, if npm removed flags. `tokens` is npm's whole command line. */
export function fromTyped(verb: Verb, tokens: string[]): string | undefined {
  const separator = tokens.indexOf('--');
  const early = separator === -1 ? tokens : tokens.slice(0, separator);
  const late = separator === -1 ? [] : tokens.slice(separator + 1);
  const start = early.findIndex((token) => token === verb || (verb === 'test' && /^(t|tst)$/.test(token)));
  const known = usageOf(verb).flags;
  const swallowed = early.some((token, index) => {
    if (!/^--?[a-z]/i.test(token)) return false;
    return known.some((flag) => names(flag).includes(token)) || (index > start && !isNpmsOwn(token));
  });
  if (!swallowed) return undefined;
  const before = early.slice(0, start).filter((token) => known.some((flag) => names(flag).includes(token)));
  return corrected(verb, [...before, ...early.slice(start + 1)], late);
}

/** The corrected line for an npm without a log: it exports the flags, and leaves their values as operands. */
function fromEnvironment(verb: Verb, argv: string[]): string | undefined {
  const usage = usageOf(verb);
  const inherited = environmentOf(process.ppid);
  const operands = [...argv];
  const leading = operands.splice(0, usage.leading);
  const flags = usage.flags.flatMap((flag) => {
    const variable = `npm_config_${flag.name.replaceAll('-', '_')}`;
    const value = process.env[variable];
    // npm has its own configuration `shell`, a path. It is empty if it comes from zerohop's flag.
    const ours = flag.name === 'shell' ? value === '' : value !== undefined;
    if (!ours || inherited.get(variable) === value) return [];
    const { name, value: placeholder } = flag;
    if (placeholder === undefined) return [`--${name}`];
    const given = (value ?? '').split('\n\n');
    return given.flatMap((one) => [`--${name}`, one === 'true' ? (operands.shift() ?? placeholder) : one]);
  });
  if (flags.length === 0) return undefined;
  return corrected(verb, [...leading, ...flags], operands);
}

function corrected(verb: Verb, early: string[], late: string[]): string {
  const usage = usageOf(verb);
  const end = usage.command
    ? flagsEnd(usage.flags, early)
    : early.findIndex((token) => token.startsWith('-'));
  const start = early.slice(0, end);
  const rest = [...early.slice(end), ...late];
  if (!usage.command) return lineOf(verb, start, rest);
  const asTyped = end === early.length && late.includes('--');
  return lineOf(verb, [], asTyped || rest.length === 0 ? [...start, ...rest] : [...start, '--', ...rest]);
}

function lineOf(verb: Verb, operands: string[], rest: string[]): string {
  return [invocation(verb), ...operands.map(quoted), '--', ...rest.map(quoted)].join(' ');
}

/** The index at which the flags with their values end and a command begins. */
function flagsEnd(known: readonly Flag[], tokens: string[]): number {
  let end = 0;
  for (let token = tokens[end]; token?.startsWith('-'); token = tokens[end]) {
    const flag = known.find(({ name }) => token === `--${name}`);
    end += flag?.value === undefined ? 1 : 2;
  }
  return Math.min(end, tokens.length);
}

function names({ name }: Flag): string[] {
  return [`--${name}`, `--no-${name}`];
}

/** Flags that npm itself accepts after `run NAME`. */
const npmFlags =
  /^--(no-)?(loglevel|silent|quiet|verbose|color|progress|unicode|timing|usage|prefix|workspaces?|include-workspace-root|if-present|ignore-scripts|foreground-scripts|script-shell|userconfig|globalconfig|cache|logs-max|logs-dir|update-notifier)$/;

function isNpmsOwn(token: string): boolean {
  return npmFlags.test(token);
}

function quoted(token: string): string {
  return /^[\w@%+=:,./-]+$/.test(token) ? token : `'${token.replaceAll("'", "'\\''")}'`;
}

/** npm's arguments, from its open debug log: its process title is shorter. */
function typedArguments(npmPid: number): string[] | undefined {
  const fdDir = `/proc/${npmPid}/fd`;
  const open = unlessGone(() => readdirSync(fdDir)) ?? [];
  const paths = open.map((fd) => unlessGone(() => readlinkSync(`${fdDir}/${fd}`)) ?? '');
  const log = paths.find((path) => path.endsWith('-debug-0.log'));
  if (log === undefined) return undefined;
  const text = unlessGone(() => readFileSync(log, 'utf8'));
  const tokens = text?.match(/^\d+ verbose argv (".*")$/m)?.[1];
  return tokens === undefined ? undefined : JSON.parse(`[${tokens.replaceAll('" "', '","')}]`);
}

/** The environment that a process was started with. */
function environmentOf(pid: number): Map<string, string> {
  const text = unlessGone(() => readFileSync(`/proc/${pid}/environ`, 'utf8')) ?? '';
  const entries = text.split('\0').map((entry) => [entry, entry.indexOf('=')] as const);
  return new Map(entries.map(([entry, at]) => [entry.slice(0, at), entry.slice(at + 1)]));
}

/** Ignores errors, because npm may close files or end meanwhile. */
function unlessGone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

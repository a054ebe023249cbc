import { Failure } from '../../host/failure.ts';
import { fingerprintOf, plainName } from './fingerprint.ts';
import { type KernelLine, kernelLines } from './printk.ts';
import { type SplatKind, type SplatPattern, splatRules } from './splat-rules.ts';
import { namesInHeadline, stackIn } from './stack.ts';

/** A complaint of the kernel. */
export interface Splat {
  kind: SplatKind;
  /** Its headline, without the parts that differ between boots. */
  title: string;
  /** All of its lines from the console, without times and callers. */
  lines: readonly string[];
  /** Functions of its stack, the innermost first; guesses of the unwinder ("? func") are left out. */
  symbols: readonly string[];
  /** Equal for two complaints about the same bug. */
  fingerprint: string;
  /** How often it was found; the other fields describe the first time. */
  times: number;
}

/**
 * The complaints in a console log, without the allowed ones. Throws if the log cannot be that of a boot: such a log
 * is never clean.
 */
export function scanConsole(log: string): Splat[] {
  const lines = kernelLines(log);
  if (!lines.some(({ text }) => /^Linux version \d/.test(text)))
    throw new Failure('infra', `the console cannot be judged: ${whatItIs(log)}`, {
      next: 'the kernel has to speak to the console from its first line on: console=ttyS0, and loglevel=6 or more',
    });
  const splats = reportsIn(lines).map(toSplat);
  return distinct(splats.filter(({ title, fingerprint }) => !isAllowed(title) && !isAllowed(fingerprint)));
}

/** A complaint that is being read. `pattern` is missing while only its "cut here" line and a message are known. */
interface Report {
  pattern: SplatPattern | undefined;
  headline: string;
  message: string[];
  lines: string[];
}

/** A report without a recognised end is cut off after this many lines. */
const linesMax = 250;

const cutHere = /^-+\[ cut here \]-+$/;

/** Lines are assigned by caller if the kernel prints callers. Otherwise the report begun last gets every line. */
function reportsIn(lines: readonly KernelLine[]): Report[] {
  const reports: Report[] = [];
  const open = new Map<string | undefined, Report>();
  for (const { text, caller } of lines) {
    const pattern = splatRules().patterns.find(({ match }) => match.test(text));
    const mine = open.get(caller) ?? [...open.values()].findLast((report) => report.pattern?.anyCaller);
    if (mine !== undefined && goesOn(mine, text, pattern)) {
      add(mine, text, pattern);
    } else if (pattern?.consequence && reports.length > 0) {
      reports.at(-1)?.lines.push(text);
    } else if (pattern !== undefined || cutHere.test(text)) {
      const report: Report = { pattern: undefined, headline: '', message: [], lines: [] };
      add(report, text, pattern);
      reports.push(report);
      open.set(caller, report);
    }
    for (const [key, report] of open) if (isComplete(report)) open.delete(key);
  }
  return reports;
}

function goesOn(report: Report, text: string, pattern: SplatPattern | undefined): boolean {
  if (report.pattern === undefined) return true;
  if (pattern === undefined) return !cutHere.test(text);
  return pattern.consequence || pattern.follows.includes(report.pattern.kind);
}

function add(report: Report, text: string, pattern: SplatPattern | undefined): void {
  report.lines.push(text);
  if (report.pattern !== undefined) return;
  if (pattern !== undefined) Object.assign(report, { pattern, headline: text });
  else if (!cutHere.test(text) && text.trim() !== '') report.message.push(text);
}

function isComplete({ pattern, lines }: Report): boolean {
  if (lines.length >= linesMax || pattern?.oneLine) return true;
  return pattern !== undefined && lines.length > 1 && pattern.end.test(lines.at(-1) ?? '');
}

function toSplat({ pattern, headline, message, lines }: Report): Splat {
  const kind = pattern?.kind ?? 'WARN';
  const title = [stable(headline), ...message.slice(0, 1)].filter((part) => part !== '').join(': ');
  const stack = kind === 'KCSAN' ? [] : stackIn(lines).map(({ symbol }) => symbol);
  const symbols = (stack.length > 0 ? stack : namesInHeadline(headline)).map(plainName);
  return { kind, title, lines, symbols, fingerprint: fingerprintOf(kind, title, symbols), times: 1 };
}

function distinct(splats: readonly Splat[]): Splat[] {
  const first = new Map<string, Splat>();
  for (const splat of splats) {
    const known = first.get(splat.fingerprint);
    if (known === undefined) first.set(splat.fingerprint, splat);
    else known.times++;
  }
  return [...first.values()];
}

function stable(headline: string): string {
  return headline.replace(/CPU: \d+ PID: \d+ /, '').replace(/\+0x[0-9a-f]+\/0x[0-9a-f]+/g, '');
}

function isAllowed(text: string): boolean {
  return splatRules().allowed.some(({ match }) => match.test(text));
}

function whatItIs(log: string): string {
  if (log.trim() === '') return 'it is empty';
  const [first = ''] = log.trim().split('\n');
  return `no "Linux version" in its ${log.length} bytes, which begin with "${first.slice(0, 80)}"`;
}

import { parseArgs } from 'node:util';
import { ProcessOutput } from 'zx';
import { exitCodes, Failure } from '../harness/src/host/failure.ts';

/** The operands and flags of a maintainer's script. Its help and its parsing read this. */
export interface Usage {
  script: string;
  about: string;
  /** Each form of operands, with what it does. */
  forms: Readonly<Record<string, string>>;
  /** Each flag; one with a value takes what the value names, one without is a switch. */
  flags: Readonly<Record<string, { value?: string; about: string }>>;
}

export interface Arguments {
  operands: string[];
  flags: Readonly<Record<string, string | boolean | undefined>>;
}

/** Runs a script's work with its parsed arguments, and ends the process with the status that fits. */
export async function runScript(usage: Usage, work: (parsed: Arguments) => Promise<number>): Promise<void> {
  try {
    const parsed = parse(usage, process.argv.slice(2));
    if (parsed.flags['help'] === true) process.stdout.write(helpText(usage));
    else process.exitCode = await work(parsed);
  } catch (error) {
    process.exitCode = report(usage, error);
  }
}

export function misuse({ script }: Usage, message: string): Failure {
  return new Failure('usage', message, { next: `see npx tsx tools/${script} --help` });
}

function parse(usage: Usage, argv: string[]): Arguments {
  const options = Object.fromEntries(
    Object.entries({ ...usage.flags, help: { about: '' } }).map(([name, flag]) => [
      name,
      { type: 'value' in flag ? ('string' as const) : ('boolean' as const) },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({ args: argv, options, allowPositionals: true, strict: true });
    return { flags: values, operands: positionals };
  } catch (error) {
    throw misuse(usage, (error as Error).message.replace(/\. .*/s, ''));
  }
}

function helpText({ script, about, forms, flags }: Usage): string {
  const heads = Object.entries(flags).map(([name, { value = '', about: what }]) => ({
    head: `--${name} ${value}`.trimEnd(),
    what,
  }));
  const width = Math.max(0, ...heads.map(({ head }) => head.length));
  const calls = Object.entries(forms).map(
    ([form, what]) => `  npx tsx tools/${script}${form === '' ? '' : ` ${form}`}\n      ${what}\n`,
  );
  const lines = heads.map(({ head, what }) => `  ${head.padEnd(width)}  ${what}\n`);
  return `${about}\n\n${calls.join('')}${lines.length > 0 ? '\n' : ''}${lines.join('')}`;
}

function report({ script }: Usage, error: unknown): number {
  if (error instanceof ProcessOutput) {
    process.stderr.write(`${script}: ${error.stderr.trim() || error.message}\n`);
    return exitCodes.infra;
  }
  if (!(error instanceof Failure)) throw error;
  const next = error.next === undefined ? '' : `  next: ${error.next}\n`;
  process.stderr.write(`${script}: ${error.message}\n${next}`);
  return error.exitCode;
}

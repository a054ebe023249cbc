import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../host/failure.ts';
import { withSystemTools } from '../host/search-path.ts';
import { exitWhenWritten } from './exit.ts';
import { helpText } from './help.ts';
import { demandSeparator, startedByNpm } from './npm.ts';
import { failureText } from './outcome.ts';
import { listenForStop, type Stop, stoppedText } from './signals.ts';
import { invocation, usageOf, usages, type Verb } from './usages.ts';

export interface CommandContext {
  /** Aborted by SIGHUP, SIGINT and SIGTERM. */
  signal: AbortSignal;
  /** The base folder of relative paths in arguments. */
  cwd: string;
}

/** The function that `cli/VERB.ts` exports under the verb's name. It resolves to the exit status. */
export type RunVerb = (argv: string[], context: CommandContext) => Promise<number>;

/** Runs a verb and exits with its status. If that is not 0, the last line on stderr says why. */
export async function main([verb, ...argv]: string[]): Promise<never> {
  const stop = listenForStop();
  process.env['PATH'] = withSystemTools(process.env['PATH']);
  const failed = isVerb(verb) ? usageOf(verb).failed : undefined;
  process.on('uncaughtException', (error) => void exitWhenWritten(report(error, stop, failed), stop));
  process.stdout.on('error', exitOnClosedPipe);
  return exitWhenWritten(await runVerb(verb, argv, stop).catch((error) => report(error, stop, failed)), stop);
}

async function runVerb(verb: string | undefined, argv: string[], stop: Stop): Promise<number> {
  if (!isVerb(verb)) throw unknownVerb(verb);
  demandSeparator(verb, argv);
  if (asksForHelp(verb, argv)) {
    process.stdout.write(helpText(verb, process.stdout.columns));
    return 0;
  }
  const module = (await import(`./${verb}.ts`)) as Record<string, RunVerb>;
  const run = module[verb];
  if (run === undefined) throw new Error(`cli/${verb}.ts exports no function ${verb}`);
  const status = await run(argv, { signal: stop.signal, cwd: callersFolder(verb) });
  return stop.status() === undefined ? status : report(undefined, stop);
}

/** The user's folder, for relative paths: npm changes to the checkout. */
function callersFolder(verb: Verb): string {
  return (startedByNpm(verb) ? process.env['INIT_CWD'] : undefined) ?? process.cwd();
}

/** Reports an error. After a signal, every error counts as its consequence. */
function report(error: unknown, stop: Stop, failed?: number): number {
  const stopped = stop.status();
  if (stopped !== undefined) {
    process.stderr.write(stoppedText(stopped, error));
    return stopped;
  }
  const { text, status } = failureText(error, { failed });
  process.stderr.write(text);
  return status;
}

function isVerb(verb: string | undefined): verb is Verb {
  return verbs().some((known) => known === verb);
}

function verbs(): Verb[] {
  const known = Object.keys(usages) as Verb[];
  return known.filter((verb) => existsSync(join(import.meta.dirname, `${verb}.ts`)));
}

function unknownVerb(verb: string | undefined): Failure {
  const list = verbs().map((known) => `${invocation(known).padEnd(20)} ${usageOf(known).about}`);
  const what = verb === undefined ? 'no verb was given' : `there is no verb "${verb}"`;
  return new Failure('usage', what, { next: `use one of\n${list.join('\n')}` });
}

function asksForHelp(verb: Verb, argv: string[]): boolean {
  const separator = argv.indexOf('--');
  const ours = usageOf(verb).command && separator !== -1 ? argv.slice(0, separator) : argv;
  return ours.includes('--help') || ours.includes('-h');
}

/** Exits quietly when the reader closes the pipe, as in `npm run ... | head`. */
function exitOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(128 + 13);
  throw error;
}

import { endedWell, endOf, judge } from '../../guest/console/verdict.ts';
import type { Host } from '../../guest/host.ts';
import type { RunResult } from '../../guest/spec.ts';
import type { Context } from '../../host/context.ts';
import { type PartResult, together } from '../part-result.ts';
import { bootSpliced, type SplicedHostOptions } from './host.ts';
import { type ProgramName, programs, runProgram } from './programs.ts';

const hourMs = 3_600_000;

/** Most of a random operation is waiting, so that some hosts share two CPUs well. */
const fuzzers = 4;

/** The long forms of what `npm test` does of the splice in short. */
export async function splice(context: Context): Promise<PartResult> {
  const seed = Math.floor(Date.now() / 1000);
  const fuzz = Array.from({ length: fuzzers }, (_, index) => [
    'zerohop-splice-fuzz',
    ...['--seed', `${seed + index * 10_000_000}`, '--ops', `${1_000_000 / fuzzers}`],
  ]);
  const churn = ['zerohop-splice-churn', '--seed', `${seed}`, '--connections', '100000'];
  const results = await Promise.all(fuzz.map((argv) => alone(argv, context)));
  results.push(await alone(churn, context));
  const wrong: string[] = [];
  for (const name of Object.keys(programs) as ProgramName[]) {
    context.progress({ what: name });
    wrong.push(...(await inHost({ ...context, memoryMb: 3072, layers: programs[name].layers }, name, run)));
    async function run(host: Host): Promise<string | null> {
      return runProgram(host, name, hourMs);
    }
  }
  return together([...results, { findings: wrong, figures: {} }]);
}

/** One of our programs in a host of its own. */
async function alone(argv: readonly string[], context: Context): Promise<PartResult> {
  const [name = ''] = argv;
  context.progress({ what: name });
  let said = '';
  const run = (host: Host) =>
    host.run(argv, {
      timeoutMs: 6 * hourMs,
      signal: context.signal,
      onStdout: (chunk) => {
        said += chunk;
      },
    });
  const findings = await inHost({ ...context, memoryMb: 2048 }, name, run);
  return { findings, figures: { [argv.join(' ')]: said } };
}

/** Runs in a host of its own; what the kernel complained of comes first. */
async function inHost(
  options: SplicedHostOptions & Context,
  name: string,
  run: (host: Host) => Promise<RunResult | string | null>,
): Promise<string[]> {
  await using host = await bootSpliced(options);
  const end = await endOf(run(host), options.signal);
  const found = 'result' in end ? end.result : null;
  const ended = found !== null && typeof found === 'object' ? { result: found } : endedWell;
  const verdict = await judge(host.spec, 'failure' in end ? end : ended);
  const said = typeof found === 'string' ? [found] : [];
  if (verdict === undefined) return said;
  if (verdict.outcome === 'failed') return [`${name}: ${verdict.failure.message} (${host.spec.logDir})`];
  return [`${name} ends with status ${verdict.status}`];
}

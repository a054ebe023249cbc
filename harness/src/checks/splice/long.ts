import type { Host } from '../../guest/host.ts';
import type { Context } from '../../host/context.ts';
import { type PartResult, together } from '../part-result.ts';
import { inHost } from './in-host.ts';
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
  const matrix = [['--lanes', '16'], ['--one-cpu'], ['--races', '20000', '--from', `${seed % 100_000}`]].map(
    (args) => ['zerohop-splice-matrix', ...args],
  );
  const results = await Promise.all(fuzz.map((argv) => alone(argv, context)));
  for (const argv of matrix) results.push(await alone(argv, context));
  results.push(await alone(churn, context));
  const wrong: string[] = [];
  for (const name of Object.keys(programs) as ProgramName[]) {
    context.progress({ what: name });
    wrong.push(...(await inHost({ ...context, memoryMb: 3072, layers: programs[name].layers }, name, run)));
    async function run(host: Host): Promise<string[]> {
      const said = await runProgram(host, name, hourMs);
      return said === null ? [] : [said];
    }
  }
  return together([...results, { findings: wrong, figures: {} }]);
}

/** One of our programs in a host of its own. */
async function alone(argv: readonly string[], context: Context): Promise<PartResult> {
  const [name = ''] = argv;
  context.progress({ what: name });
  let said = '';
  const run = async (host: Host) => {
    const { status, timedOut } = await host.run(argv, {
      timeoutMs: 6 * hourMs,
      signal: context.signal,
      onStdout: (chunk) => {
        said += chunk;
      },
    });
    if (timedOut) return [`${name} does not end in 6 h`];
    return status === 0 ? [] : [`${name} ends with status ${status}`];
  };
  const findings = await inHost({ ...context, memoryMb: 2048 }, name, run);
  return { findings, figures: { [argv.join(' ')]: said } };
}

import { type Condition, examine } from '../host/doctor.ts';
import { exitCodes } from '../host/failure.ts';
import type { Finding } from '../host/inspect.ts';
import { installLine } from '../host/install.ts';
import { parseArguments } from './arguments.ts';
import { outcomeLine } from './outcome.ts';

/** The whole table goes to stdout: it is what was asked for. */
export async function doctor(argv: string[]): Promise<number> {
  parseArguments('doctor', argv);
  const { accelerator, cache, conditions, findings, system } = await examine();
  const rows = [
    ['', 'what', 'found', 'needed', 'why'],
    ['ok', 'Node', system.node, '>= 20', 'runs the harness'],
    ...conditions.map(({ name, ok, found, needed }) => [ok ? 'ok' : 'short', name, found, needed, '']),
    ...findings.map(row),
  ];
  const cpus = `${system.cpus} CPUs, ${system.cpuModel}, Linux ${system.kernel}`;
  const guests = accelerator ? `${accelerator.kind}: ${accelerator.why}` : 'not known before QEMU is there';
  const held = `${(cache.sizeBytes / 2 ** 30).toFixed(1)} GiB; "rm -r ${cache.dir}" empties it, and what is needed is made again`;
  const facts = `machine       ${cpus}\naccelerator   ${guests}\ncache         ${held}\n`;
  process.stdout.write(`${table(rows)}\n${facts}`);
  return conclude(
    findings.filter(({ status }) => status !== 'ok'),
    conditions.filter(({ ok }) => !ok),
  );
}

function conclude(lacking: Finding[], short: Condition[]): number {
  if (lacking.length === 0 && short.length === 0) {
    process.stdout.write('\nEverything is there.\n');
    return 0;
  }
  const fixes = short.map(({ name, fix }) => `${name}: ${fix}\n`);
  const line = lacking.length > 0 ? [`Install what is missing with\n\n  ${installLine(lacking)}\n`] : [];
  process.stdout.write(`\n${[...fixes, ...line].join('')}`);
  process.stderr.write(outcomeLine('infra', exitCodes.infra));
  return exitCodes.infra;
}

function row({ requirement, status, found }: Finding): string[] {
  const { name, atLeast, why } = requirement;
  const version = found ?? (status === 'missing' ? '-' : 'there');
  return [status, name, version, atLeast ? `>= ${atLeast}` : 'any', `${why} (${requirement.package})`];
}

function table(rows: string[][]): string {
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const lines = rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

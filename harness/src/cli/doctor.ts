import { qemuRequirements } from '../fabric/requirements.ts';
import { type Condition, type Examination, examine, type Need } from '../host/doctor.ts';
import { exitCodes } from '../host/failure.ts';
import type { Inspection } from '../host/inspect.ts';
import { installLine } from '../host/install.ts';
import { requirementsFor } from '../host/requirements.ts';
import { columnLines } from '../report/columns.ts';
import { parseArguments } from './arguments.ts';
import { outcomeLine } from './outcome.ts';
import { drawProgress } from './progress.ts';

/** The main purpose. A machine that lacks only requirements of other purposes is complete. */
const measuring: Need = {
  name: 'experiment',
  commands: 'npm run experiment and npm run guest',
  requirements: requirementsFor(['kernel', 'guest']),
};

const names = new Set(measuring.requirements.map(({ name }) => name));

const sharing: Need = {
  name: 'fabric',
  commands: 'hosts that share memory (npm run guest -- --fabric, npm run experiment cas)',
  requirements: qemuRequirements.filter(({ name }) => !names.has(name)),
};

const making: Need = {
  name: 'artifact',
  commands: 'npm run artifact',
  requirements: requirementsFor(['artifact']).filter(({ name }) => !names.has(name)),
};

const asking: Need = {
  name: 'notebook',
  commands: 'npm run notebooks',
  requirements: requirementsFor(['notebook']),
};

const testing: Need = { name: 'test', commands: 'npm test', requirements: requirementsFor(['test']) };

/** Prints the whole table to stdout, because it is the result. */
export async function doctor(argv: string[]): Promise<number> {
  parseArguments('doctor', argv);
  const { progress, end } = drawProgress();
  const examination = await examine([measuring, sharing, making, asking, testing], progress).finally(end);
  process.stdout.write(tableOf(examination, process.stdout.columns));
  return conclude(examination);
}

/** On a terminal a line of the table is cut where it ends. */
function tableOf(
  { accelerator, cache, conditions, needs, system }: Examination,
  columns = Number.POSITIVE_INFINITY,
): string {
  const rows = [
    ['', 'what', 'found', 'needed', 'for', 'why'],
    ['ok', 'Node', system.node, '>= 20', 'all', 'runs the harness'],
    ...conditions.map(({ name, ok, found, needed }) => [ok ? 'ok' : 'short', name, found, needed, 'all', '']),
    ...needs.flatMap(({ need, findings }) => findings.map((finding) => row(need, finding))),
  ];
  const cpus = `${system.cpus} CPUs, ${system.cpuModel}, Linux ${system.kernel}`;
  const guests = accelerator ? `${accelerator.kind}: ${accelerator.why}` : 'not known before QEMU is there';
  const held = `${(cache.sizeBytes / 2 ** 30).toFixed(1)} GiB; "rm -r ${cache.dir}" empties it, and entries are rebuilt when needed`;
  const facts = [`machine       ${cpus}`, `accelerator   ${guests}`, `cache         ${held}`];
  return [...columnLines(rows).map((line) => line.slice(0, columns)), '', ...facts, ''].join('\n');
}

function row({ name: need }: Need, { requirement, status, found }: Inspection): string[] {
  const { name, atLeast, why } = requirement;
  const version = status === 'missing' || status === 'broken' ? '-' : (found ?? 'there');
  return [status, name, version, atLeast ? `>= ${atLeast}` : 'any', need, `${why} (${requirement.package})`];
}

function conclude({ conditions, needs }: Examination): number {
  const short = conditions.filter(({ ok }) => !ok);
  const unmet = needs
    .map(({ need, findings }) => ({ need, lacking: findings.filter(({ status }) => status !== 'ok') }))
    .filter(({ lacking }) => lacking.length > 0);
  const complete = short.length === 0 && unmet.every(({ need }) => need !== measuring);
  const head = complete && unmet.length > 0 ? `${measuring.commands} can run here.\n` : '';
  const text = short.length + unmet.length === 0 ? 'Everything is there.\n' : head + advice(short, unmet);
  process.stdout.write(`\n${text}`);
  if (complete) return 0;
  process.stderr.write(outcomeLine('infra', exitCodes.infra));
  return exitCodes.infra;
}

function advice(short: Condition[], unmet: { need: Need; lacking: Inspection[] }[]): string {
  const fixes = short.map(({ name, fix }) => `${name}: ${fix}\n`);
  const broken = unmet.flatMap(({ lacking }) =>
    lacking.filter(({ status }) => status === 'broken').map(({ found }) => `${found}\n`),
  );
  const lines = unmet.map(
    ({ need, lacking }) =>
      `For ${need.commands}, install what is missing with\n\n  ${installLine(lacking)}\n`,
  );
  return [...fixes, ...broken, ...lines].join('');
}

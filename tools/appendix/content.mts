import { agreementRule } from '../../harness/src/artifact/against.ts';
import { type Cost, costsOf, minutesOf } from '../../harness/src/artifact/costs.ts';
import type { Experiment } from '../../harness/src/experiment/experiment.ts';
import { experiments } from '../../harness/src/experiment/index.ts';
import { claimsOf, type PublishedClaim, publishedClaims } from '../../harness/src/measure/published.ts';
import { rules } from '../../harness/src/measure/verdict.ts';
import { machine } from '../../harness/src/run/machine.ts';
import { readReference } from '../reference/reference.mts';
import type { Block } from './blocks.mts';

/** The text that an evaluator reads first. Experiments, claims, minutes and sizes are taken from where they are declared. */
export async function appendix(references: string): Promise<Block[]> {
  const all = Object.values(await experiments());
  const costs = new Map(costsOf(all, 'quick').map((cost) => [cost.name, cost]));
  const sections: Block[] = [];
  for (const [index, experiment] of all.entries())
    sections.push(...(await section(index + 1, experiment, costs.get(experiment.name) as Cost, references)));
  return [
    { title: 'Artifact appendix' },
    { heading: 'Abstract' },
    {
      text: 'zerohop measures communication that takes no network hop: TCP sockets that meet inside one kernel, and hosts that meet in one piece of memory. It builds a patched Linux 6.12, boots it under QEMU, runs netperf, redis, ping-pongs and atomics in it, and judges each published claim by a rule that is printed, with its samples and an interval.',
    },
    { heading: 'Access, hardware, software, benchmarks' },
    {
      list: [
        'Access: this repository. Its licences are GPL-2.0-only for what goes into the kernel and QEMU, Apache-2.0 for the rest.',
        `Hardware: x86-64 with 2 cores, ${machine.memoryMb / 1024} GiB of free memory a core, and 10 GB of disk for source, objects and caches. KVM is used if it works; without it QEMU emulates.`,
        'Software: Debian 12 and Node 20 or later. Every other package is installed by the first command (as root), or named in one `sudo` line. `Containerfile` makes the same environment; nothing depends on it.',
        'Benchmarks: netperf and redis-benchmark, and haproxy between the ends of netperf, unmodified, from Debian; the small programs in `harness/guest/`. Nothing is downloaded from anywhere but Debian and npm.',
      ],
    },
    { heading: 'Set-up' },
    {
      text: 'About 3 human-minutes, and 10 to 15 minutes on two cores for the kernel, once. The second command needs a few minutes more: it says what the machine is, measures one claim in two boots, draws its figure, and says what the rest takes.',
    },
    { commands: ['npm run doctor', 'npm run artifact -- --kick-the-tires'] },
    { heading: 'Major claims' },
    { list: await majorClaims(all) },
    { heading: 'Experiments' },
    {
      text: `Each is one command; all together (quick profile, ${minutesOf([...costs.values()])} minutes on two cores) are the last one. It takes finished runs from the disk, so it can be stopped and repeated.`,
    },
    ...sections,
    { commands: ['npm run artifact -- --profile quick'] },
    {
      text: `An experiment's result is a verdict for each claim in \`claims.md\`, from the interval and the published figure. ${verdictRules()} To compare with the authors' run: \`npm run artifact -- --verify results/artifact --against results/reference\`. ${agreementRule}`,
    },
    { heading: 'What will look odd' },
    {
      list: [
        'Absolute numbers are grey, or marked "e": CPUs are emulated, and only ratios inside one run mean something.',
        'Two clocks: on the virtual one an instruction takes a nanosecond, so caches and parallelism do not count; streams are judged on the wall clock alone.',
        'Warnings about load, stolen time and frequency: a wall-clock boot that was disturbed is said to be so.',
        'Some claims are not reproduced, and some are exceeded by far. The table says by how much.',
      ],
    },
    { heading: 'Reuse' },
    {
      list: [
        'Your own patch: `npm run experiment netperf -- --only size=1024 --kernel base=default --kernel mine=DIR` (DIR is a folder of patches) runs both in turn.',
        "Your own command: `npm run experiment command -- --run 'zerohop-pingpong --size 64' --parse '([0-9.]+)'` under each variant.",
        'Your own machine: a run is compared with another of the same testbed by `npm run compare -- RUN_A RUN_B`; other testbeds start series of their own.',
        'A kernel for a machine that cannot build it: `npm run kernel -- pack --oci DIR --no-debug`.',
      ],
    },
    { heading: 'What cannot be reproduced here' },
    { list: await notHere(all) },
  ];
}

async function section(
  number: number,
  experiment: Experiment,
  { minutes, diskMb }: Cost,
  references: string,
): Promise<Block[]> {
  const { name, title, kernels } = experiment;
  const hours = (minutes / 60).toFixed(2);
  const built = kernels.filter(({ spec }) => spec !== undefined).length;
  const preparation =
    built === 0
      ? 'none'
      : `builds ${built} more kernel, once (a few minutes, as only the difference is compiled)`;
  const list = [
    `Preparation: ${preparation}. Execution: \`npm run experiment ${name} -- --profile quick --seed 1\`.`,
    `Expected: ${await expected(experiment, references)}`,
  ];
  return [
    { text: `E${number} (${name}) [1 human-minute + ${hours} compute-hours, ${diskMb} MB]: ${title}.` },
    { list },
  ];
}

async function expected({ name }: Experiment, references: string): Promise<string> {
  const claims = await claimsOf(name);
  if (claims.length === 0) return 'figures and tables; no claim is published.';
  const published = claims.filter(({ kind }) => kind !== 'bar').length;
  const judged = `verdicts for ${published} published claims and ${claims.length - published} bars of our own.`;
  const reference = await readReference(references, name).catch(() => undefined);
  if (reference === undefined) return judged;
  const measured = reference.summary.claims.filter(
    (claim) => claim.kind !== 'bar' && claim.measured !== null,
  );
  // A smoke run judges nothing.
  if (measured.length === 0) return judged;
  const held = measured.filter(({ verdict }) => verdict === 'reproduced' || verdict === 'exceeded');
  return `${judged} In the authors' run (virtual clock, \`results/reference/${name}\`) ${held.length} of ${measured.length} published claims hold.`;
}

/** The first published claim of each experiment that has any, and how many more there are. */
async function majorClaims(all: readonly Experiment[]): Promise<string[]> {
  const told: string[] = [];
  for (const [index, { name }] of all.entries()) {
    const published = (await claimsOf(name)).filter(({ kind }) => kind !== 'bar');
    const [first] = published;
    if (first === undefined) continue;
    const more = published.length > 1 ? `, and ${published.length - 1} more` : '';
    told.push(`C${told.length + 1} (E${index + 1}): ${first.statement} (\`${first.id}\`${more}).`);
  }
  return told;
}

function verdictRules(): string {
  return `For example, a claim "at least" is ${rules['at-least']}.`;
}

async function notHere(all: readonly Experiment[]): Promise<string[]> {
  const known = new Set(all.map(({ name }) => name));
  const isAbsent = ({ experiment }: PublishedClaim) => [experiment].flat().every((name) => !known.has(name));
  const absent = (await publishedClaims()).filter(isAbsent);
  const names = [...new Set(absent.flatMap(({ experiment }) => experiment))];
  return [
    'The published absolute rates: they are those of machines that are not here.',
    `${absent.length} claims belong to experiments that this version lacks (${names.join(', ')}); \`claims.md\` lists them as not measured.`,
    'Real CXL memory between machines: hosts share memory of one machine here.',
  ];
}

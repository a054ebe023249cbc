import { execa } from 'execa';
import type { FabricRequest } from '../../fabric/fabric.ts';
import { builtFuzzer } from '../../fabric/fabricd.ts';
import { raiseHosts } from '../../fabric/raise.ts';
import { selfTest } from '../../fabric/self-test.ts';
import { newLogFolder } from '../../guest/log-folder.ts';
import { buildRoot } from '../../guest/root/root.ts';
import { type HostSpec, plainHost } from '../../guest/spec.ts';
import type { Context } from '../../host/context.ts';
import { resolveKernel } from '../../kernel/resolve.ts';
import { random } from '../../measure/random.ts';
import { type PartResult, together } from '../part-result.ts';
import { faultLife } from './fault-life.ts';
import { type LitmusPlan, litmus, litmusTable } from './litmus.ts';
import { litmusTests } from './memory-model.ts';

const mib = 2 ** 20;

/** Lives of five rounds each: four pauses and a death. */
const lives = 60;
const pausesALife = 4;
const fuzzSeconds = 300;

const litmusRuns: readonly { hosts: number; request: FabricRequest; plan: LitmusPlan }[] = [
  { hosts: 2, request: { kind: 'shm', sizeBytes: 256 * mib }, plan: { rounds: 2_000_000, seconds: 120 } },
  { hosts: 4, request: { kind: 'shm', sizeBytes: 256 * mib }, plan: { rounds: 200_000, seconds: 60 } },
  { hosts: 2, request: { kind: 'tcp', sizeBytes: 64 * mib }, plan: { rounds: 200_000, seconds: 60 } },
  {
    hosts: 4,
    request: { kind: 'tcp', sizeBytes: 64 * mib, profile: { name: 'cxl-one-switch', times: 1000 } },
    plan: { rounds: 20_000, seconds: 60 },
  },
];

/** The litmus set for long, the server's parser against a fuzzer, and hundreds of faults. */
export async function fabric(context: Context): Promise<PartResult> {
  return together([
    await manyHosts(context),
    await manyLitmusRounds(context),
    await manyFaults(context),
    await muchFuzzing(context),
  ]);
}

async function specsFor(hosts: number, { progress, signal }: Context): Promise<HostSpec[]> {
  const kernel = await resolveKernel(undefined, { progress, signal });
  const root = await buildRoot([]);
  const logDir = await newLogFolder();
  return Array.from({ length: hosts }, (_, index) => ({
    ...plainHost,
    ...{ name: `h${index}`, logDir: `${logDir}/h${index}`, seed: index + 1 },
    ...{ kernelImage: kernel.image, rootImage: root.image, memoryMb: 512 },
    bootTimeoutMs: 300_000,
  }));
}

async function manyHosts(context: Context): Promise<PartResult> {
  context.progress({ what: 'eight hosts' });
  const hosts = 8;
  const request = { kind: 'shm', sizeBytes: 64 * mib };
  await using cluster = await raiseHosts(request, await specsFor(hosts, context), context);
  const counts = await selfTest(cluster);
  return { findings: [], figures: { '8 hosts counted to': counts[0]?.total_acknowledged ?? 0 } };
}

async function manyLitmusRounds(context: Context): Promise<PartResult> {
  const wrong: string[] = [];
  const figures: Record<string, string> = {};
  for (const { hosts, request, plan } of litmusRuns) {
    await using cluster = await raiseHosts(request, await specsFor(hosts, context), context);
    const results = [];
    for (const [done, test] of litmusTests.entries()) {
      context.signal.throwIfAborted();
      context.progress({
        what: `litmus on ${hosts} hosts, ${request.kind}`,
        done,
        of: litmusTests.length,
      });
      results.push(await litmus(request.kind, cluster.hosts, test, plan));
    }
    figures[`${hosts} hosts on ${request.kind}`] = litmusTable(results);
    for (const { test, forbidden, complete, void: why } of results)
      if (forbidden > 0 || !complete || why !== undefined)
        wrong.push(
          `${test} on ${request.kind}: ${why ?? (complete ? `${forbidden} forbidden` : 'broken off')}`,
        );
  }
  return { findings: wrong, figures };
}

async function manyFaults(context: Context): Promise<PartResult> {
  const draw = random(20_260);
  const told = new Map<string, number>();
  const wrong: string[] = [];
  for (let done = 0; done < lives; done++) {
    context.signal.throwIfAborted();
    context.progress({ what: 'lives of a fabric', done, of: lives });
    const kind = done % 3 === 0 ? 'shm' : 'tcp';
    const hosts = 2 + (done % 2);
    const request = { kind, sizeBytes: 64 * mib };
    const cluster = await raiseHosts(request, await specsFor(hosts, context), context);
    const life = await faultLife(cluster, { pauses: pausesALife, draw });
    for (const fault of life.faults) told.set(fault.kind, (told.get(fault.kind) ?? 0) + 1);
    wrong.push(...life.wrong.map((what) => `life ${done} on ${kind}: ${what}`));
  }
  const list = [...told].map(([fault, times]) => `${times} ${fault}`).join(', ');
  return { findings: wrong, figures: { [`${lives} lives`]: list } };
}

async function muchFuzzing({ progress, signal }: Context): Promise<PartResult> {
  progress({ what: `fuzzing the memory server for ${fuzzSeconds} s` });
  const options = [`-max_total_time=${fuzzSeconds}`, '-max_len=4096'];
  const result = await execa(await builtFuzzer(), options, {
    reject: false,
    all: true,
    cancelSignal: signal,
  });
  signal.throwIfAborted();
  const findings = result.exitCode === 0 ? [] : [`the memory server's parser: ${result.all.slice(-2000)}`];
  return { findings, figures: { 'seconds of fuzzing': fuzzSeconds } };
}

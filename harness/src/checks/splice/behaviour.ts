import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boot } from '../../guest/boot.ts';
import { endOf, judge } from '../../guest/console/verdict.ts';
import { buildRoot } from '../../guest/root/root.ts';
import { type HostSpec, plainHost, type RunResult } from '../../guest/spec.ts';
import type { Bundle } from '../../kernel/bundle.ts';
import { patchRoot } from '../../kernel/patches.ts';
import { cgroup, guestPath, raiseTopologies } from '../../workload/topology.ts';

/** The series that the suite tests. */
export const spliceSeries = join(patchRoot(), 'series/sock-splice');

/** The answer of zerohop-splice-test about a kernel. */
export interface Behaviour {
  passed: string[];
  /** Cases that saw something else over a splice than over TCP, as CASE/FAMILY. */
  failed: string[];
  /** The notes of those cases, over TCP and over the splice. */
  differences: string;
  /** The kernel's complaint, or the failure that ended the run early. */
  complaint?: string;
}

export interface Surroundings extends Pick<HostSpec, 'clock' | 'memoryMb'> {
  signal: AbortSignal;
  /** Arguments of zerohop-splice-test. */
  arguments?: readonly string[];
  /** Run in the guest when the suite has ended, for the last complaints. */
  afterwards?: readonly string[];
  timeoutMs: number;
}

/** The whole behaviour suite on one kernel. A folder of logs stays behind where the kernel complained. */
export async function behaviourOf(kernel: Bundle, around: Surroundings): Promise<Behaviour> {
  const root = await buildRoot(['net', 'nat', 'bpf'], { types: kernel.types });
  const spec: HostSpec = {
    ...plainHost,
    kernelImage: kernel.image,
    rootImage: root.image,
    memoryMb: around.memoryMb,
    clock: around.clock,
    logDir: await mkdtemp(join(tmpdir(), 'zerohop-behaviour-')),
    bootTimeoutMs: 600_000,
    silenceMs: 300_000,
  };
  const said: Buffer[] = [];
  const end = await endOf(
    suite(spec, around, (chunk) => said.push(chunk)),
    around.signal,
  );
  const cases = casesOf(Buffer.concat(said).toString());
  const verdict = await judge(spec, end);
  if (verdict?.outcome === 'failed')
    return { ...cases, complaint: `${verdict.failure.message} (${spec.logDir})` };
  await rm(spec.logDir, { recursive: true });
  return cases;
}

async function suite(
  spec: HostSpec,
  { signal, timeoutMs, arguments: more = [], afterwards }: Surroundings,
  onStdout: (chunk: Buffer) => void,
): Promise<RunResult> {
  await using host = await boot(spec, { signal });
  await raiseTopologies(host);
  await host.must(['sh', '-c', ipv6Script], { timeoutMs: setUpMs, env: { PATH: guestPath } });
  await host.must(['splicectl', 'enable', '--cgroup', cgroup], { timeoutMs: setUpMs });
  const result = await host.run(['zerohop-splice-test', ...more], { timeoutMs, onStdout, signal });
  if (afterwards !== undefined) await host.must(afterwards, { timeoutMs: setUpMs });
  return result;
}

const setUpMs = 600_000;

/** For `--container`: the namespaces have IPv4 addresses only, as the experiments need no others. */
const ipv6Script = `ip -n zh-client addr add fd77::1/64 dev eth0 nodad &&
ip -n zh-server addr add fd77::2/64 dev eth0 nodad`;

function casesOf(text: string): Omit<Behaviour, 'complaint'> {
  const lines = [...text.matchAll(/^(ok|[A-Z][A-Z ]+) (\w+\/\w+) \(/gm)];
  const named = (wanted: boolean) =>
    lines.flatMap(([, verdict, name]) => ((verdict === 'ok') === wanted && name ? [name] : []));
  const differences = text.replace(/^(ok .*|\d+ passed, .*)\n/gm, '');
  return { passed: named(true), failed: named(false), differences };
}

import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultKind } from '../../fabric/fabric.ts';
import type { RaisedHosts } from '../../fabric/raise.ts';
import { countSchema } from '../../fabric/self-test.ts';
import type { Host } from '../../guest/host.ts';
import type { RunResult } from '../../guest/spec.ts';
import { type Fault, inject } from './fault.ts';

export interface Life {
  faults: Fault[];
  /** Each difference from docs/fabric.md, a line. */
  wrong: string[];
}

export interface LifePlan {
  /** So many pauses, and then a death. */
  pauses: number;
  /** From 0 to 1; of one seed the same faults. */
  draw: () => number;
}

/** So long nothing may be silent, on a machine that has other things to do. */
const patienceMs = 90_000;

/** Hosts count together while things befall them; ends with nothing of the cluster left. */
export async function faultLife(cluster: RaisedHosts, plan: LifePlan): Promise<Life> {
  const life: Life = { faults: [], wrong: [] };
  const pids = [...cluster.hosts.map(({ pid }) => pid), cluster.fabric.server?.pid];
  try {
    for (let left = plan.pauses; left > 0; left--) await pauseRound(cluster, plan.draw, life);
    await deathRound(cluster, plan.draw, life);
  } finally {
    await cluster[Symbol.asyncDispose]();
  }
  const left = pids.filter((pid) => pid !== undefined && existsSync(`/proc/${pid}`));
  if (left.length > 0) life.wrong.push(`left behind: ${left.join(', ')}`);
  return life;
}

/** A paused host or server resumes, and nothing is lost. */
async function pauseRound(cluster: RaisedHosts, draw: () => number, { faults, wrong }: Life): Promise<void> {
  const fault = drawFault(cluster.fabric.type.faults.pauses, cluster, draw);
  faults.push(fault);
  const running = count(cluster.hosts, ['--ops', `${opsFor(cluster)}`, '--seconds', '60']);
  await sleep(1000 * draw());
  await inject(cluster, fault);
  for (const end of await running) {
    const said = describe(end);
    if (said !== undefined) wrong.push(`${fault.kind}: ${said}`);
  }
}

/** The dead say nothing more, and are known to be dead; the others go on, unless it was the server that died. */
async function deathRound(cluster: RaisedHosts, draw: () => number, { faults, wrong }: Life): Promise<void> {
  const { fabric, hosts } = cluster;
  const fault = drawFault(fabric.type.faults.deaths, cluster, draw);
  faults.push(fault);
  const enough = new AbortController();
  const running = count(hosts, ['--ops', '1000000000', '--seconds', '60'], enough.signal);
  await sleep(1000 * draw());
  await inject(cluster, fault);
  const dead = 'host' in fault ? [hosts[fault.host] as Host] : hosts;
  const alive = hosts.filter((host) => !dead.includes(host));
  if (alive.length > 0) enough.abort();
  const ends = await running;
  for (const host of dead) {
    const end = ends[hosts.indexOf(host)];
    if (end instanceof Error) continue;
    wrong.push(`${fault.kind}: ${host.name} still said ${describe(end)}`);
  }
  if (alive.length === 0) return;
  // The dead may not have begun, and a survivor now takes their place in the count.
  const afresh = ['--ops', `${opsFor(cluster)}`, '--seconds', '60', '--round', '1000'];
  for (const end of await count(alive, afresh)) {
    const said = describe(end);
    if (said !== undefined) wrong.push(`after ${fault.kind}: ${said}`);
  }
  const known = await fabric.server?.statistics();
  const undead = known?.find(
    ({ host, connected }) => connected && dead.some(({ name }) => name === `h${host}`),
  );
  if (undead !== undefined) wrong.push(`${fault.kind}: the server thinks that h${undead.host} is there`);
}

function drawFault(kinds: readonly FaultKind[], { hosts }: RaisedHosts, draw: () => number): Fault {
  const host = Math.floor(draw() * hosts.length);
  const forMs = Math.round(100 + 900 * draw());
  const kind = kinds[Math.floor(draw() * kinds.length)] as FaultKind;
  if (kind === 'kill-server' || kind === 'hang-server') return { kind };
  if (kind === 'pause-server') return { kind, forMs };
  if (kind === 'pause-host') return { kind, host, forMs };
  if (kind === 'kill-host') return { kind, host };
  const operation = 1 + Math.floor(draw() * 2000);
  return { kind, host, operation, when: draw() < 0.5 ? 'before' : 'after' };
}

type End = RunResult | Error;

async function count(hosts: readonly Host[], args: string[], signal?: AbortSignal): Promise<End[]> {
  const argv = ['zerohop-cas', '--json', '--op', 'add', ...args];
  const options = { timeoutMs: patienceMs, ...(signal && { signal }) };
  const runs = hosts.map((host, index) =>
    host.run([...argv, '--host', `${index}`, '--hosts', `${hosts.length}`], options),
  );
  const ends = await Promise.allSettled(runs);
  return ends.map((end) => (end.status === 'fulfilled' ? end.value : (end.reason as Error)));
}

function opsFor({ fabric }: RaisedHosts): number {
  return fabric.type.updatesASecond;
}

/** Says what is wrong with the end of a count; undefined if all of it is in memory. */
function describe(end: End | undefined): string | undefined {
  if (end === undefined) return 'nothing';
  if (end instanceof Error) return end.message;
  if (end.timedOut) return `nothing for ${patienceMs / 1000} s`;
  const line = end.stdout.toString().trim();
  if (line === '') return `${end.status}: ${end.stderr.toString().trim()}`;
  const { lost, gave_up } = countSchema.parse(JSON.parse(line));
  return lost === 0 && !gave_up ? undefined : line;
}

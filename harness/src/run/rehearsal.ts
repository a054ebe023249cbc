import type { Step } from '../experiment/boot-plan.ts';
import type { Place, SharingPlaces } from '../workload/cluster.ts';
import { variantOf } from '../workload/variant/variants.ts';
import { workloadOf } from '../workload/workloads.ts';

/** A step's commands, a place each, and how far away its memory is. */
export interface Rehearsed {
  argvs: readonly (readonly string[])[];
  farNs: number;
}

/**
 * Learns what a step runs, from the workload itself, on places that write down what they are asked to run and never
 * answer. Hosts in lockstep have to know it before they boot.
 */
export async function rehearse(step: Step, names: readonly string[], seed: number): Promise<Rehearsed> {
  const argvs: (readonly string[])[] = [];
  let farNs = 0;
  let allAsked = () => {};
  const asked = new Promise<void>((resolve) => {
    allAsked = resolve;
  });
  const place = (name: string, index: number): Place => ({
    name,
    run: (argv) => {
      argvs[index] = argv;
      if (names.every((_, at) => argvs[at] !== undefined)) allAsked();
      return new Promise(() => {});
    },
  });
  const far = (ns: number) => {
    farNs = ns;
  };
  const cluster = clusterOf(names.map(place), { seed, far });
  const site = { cluster, params: step.params, variantName: step.runs, variant: variantOf(step.runs) };
  const session = await (await workloadOf(step.params.workload)).open(site);
  await Promise.race([asked, session.sample()]);
  return { argvs, farNs };
}

export function clusterOf(
  places: readonly Place[],
  lockstep: NonNullable<SharingPlaces['lockstep']>,
  testedUpdates = 0,
): SharingPlaces {
  return {
    ...{ places, lockstep, testedUpdates },
    device: '/dev/fabric',
    memoryPath: 'cxl-straight',
    server: undefined,
  };
}

import { declaredIn } from '../host/declared.ts';
import type { Workload } from './workload.ts';

/** The workload that a file of this folder declares. */
export async function workloadOf(name: string): Promise<Workload> {
  const workload = (await declaredIn<Workload>(import.meta.dirname)).find((one) => one.name === name);
  if (workload === undefined) throw new TypeError(`unknown workload ${name}`);
  return workload;
}

import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Modules that unit tests alone can judge, by path in the checkout: they compute, or read what is on disk. */
export function pureModules(root: string): string[] {
  return [...folders.flatMap((folder) => filesOf(root, folder)), ...single].toSorted();
}

const folders = ['measure', 'store'].map((folder) => `harness/src/${folder}`);

const single = [
  'report/format.ts',
  'report/order.ts',
  'workload/cas-counts.ts',
  'workload/variant/atomic.ts',
  'workload/variant/socket-metrics.ts',
  'workload/variant/socket-proof.ts',
].map((file) => `harness/src/${file}`);

function filesOf(root: string, folder: string): string[] {
  return readdirSync(join(root, folder))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => `${folder}/${file}`);
}

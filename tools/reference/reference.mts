import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../harness/src/host/failure.ts';
import type { Summary } from '../../harness/src/measure/summary.ts';
import type { Manifest } from '../../harness/src/store/manifest.ts';
import { readManifest, readSummary } from '../../harness/src/store/read-run.ts';

export interface Reference {
  name: string;
  summary: Summary;
  manifest: Manifest;
}

export async function readReference(references: string, name: string): Promise<Reference> {
  const dir = join(references, name);
  if (!existsSync(join(dir, 'summary.json')))
    throw new Failure('usage', `a mark names the reference run ${name}, and ${dir} has no summary.json`, {
      next: 'name a folder of results/reference, or make one: npx tsx tools/reference.mts take NAME RUN',
    });
  return { name, summary: await readSummary(dir), manifest: await readManifest(dir) };
}

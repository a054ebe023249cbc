import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BootPlan } from '../../../../src/experiment/boot-plan.ts';
import netperf from '../../../../src/experiment/netperf.ts';
import type { ShardChoice } from '../../../../src/measure/shards.ts';
import { createRun } from '../../../../src/run/open.ts';
import { chosenBoots, shardOf } from '../../../../src/run/shard.ts';
import type { ManifestStart, RunRequest } from '../../../../src/store/manifest.ts';
import type { Run } from '../../../../src/store/run.ts';
import { sample } from '../../measure/made.ts';
import { start, testbed } from '../../store/made.ts';

const consoles = join(import.meta.dirname, '../../../fixtures/console');

export interface MadeShard {
  shard: ShardChoice;
  changes?: Partial<ManifestStart>;
  request?: Partial<RunRequest>;
  /** Runs in a boot instead of all of its samples. */
  measure?: (run: Run, boot: BootPlan, rest: () => Promise<void>) => Promise<void>;
  console?: string;
}

/** Two boots of tcp and splice at 1 KB. */
export const wanted: RunRequest = {
  profile: 'smoke',
  only: [
    { factor: 'variant', values: ['tcp', 'splice'] },
    { factor: 'workload', values: ['netperf'] },
    { factor: 'size', values: ['1024'] },
  ],
  kernels: ['default'],
  seed: 7,
  boots: { from: 0, to: 2 },
  twins: [],
};

/** A shard as a run leaves it, with made figures and a real console; returns its folder. */
export async function makeShard(results: string, made: MadeShard): Promise<string> {
  const { shard, changes, measure = (_run, _boot, rest) => rest(), console = 'clean.log' } = made;
  const request = { ...wanted, ...made.request };
  const boots = chosenBoots({ experiment: netperf, request, shard });
  const command = `npm run experiment netperf -- --boots 2 --shard ${shard.index}/${shard.of} --seed 7`;
  const begun = start({ request, command, testbed, ...changes });
  const part = shardOf(shard, boots, netperf.matrices, begun);
  await using run = await createRun({ ...begun, ...(part && { shard: part }) }, results);
  for (const boot of boots) {
    const logDir = await run.logDir(boot);
    await copyFile(join(consoles, console), join(logDir, 'console.log'));
    await run.bootStarted(boot, [], {});
    const recorder = run.recorder(boot);
    const rest = async () => {
      for (const { order, variant, params, warmup } of boot.steps) {
        if (warmup) continue;
        const level = (variant === 'tcp' ? 39_000 : 88_000) * (1 + 0.0001 * boot.index);
        await recorder.raw(`${boot.name}-${order}`, `${level}`);
        await recorder.samples([{ ...sample(variant, boot.index, level, params), order }]);
      }
      await run.bootEnded(boot, { load: 1 });
    };
    await measure(run, boot, rest);
  }
  return run.dir;
}

import { factorText } from '../report/figure/panels.ts';
import type { ExperimentOptions } from '../run/experiment.ts';
import { chosenBoots } from '../run/shard.ts';

/** The plan as text: boots with their steps in order. */
export function planText(asked: ExperimentOptions): string {
  const boots = chosenBoots(asked);
  const steps = boots.reduce((sum, boot) => sum + boot.steps.length, 0);
  const lines = boots.flatMap((boot) => [
    `${boot.name}: clock ${boot.clock}, idle ${boot.idle ?? '-'}, kernel ${boot.kernel}, seed ${boot.seed}`,
    ...boot.steps.map(({ variant, params, warmup }) => {
      const { workload, topology, size, clock, idle, kernel, ...factors } = params;
      const words = Object.entries(factors).map(([name, value]) => factorText(name, value));
      const cell = [variant, workload, ...words, topology, `${size} B`, ...(warmup ? ['(warm-up)'] : [])];
      return `  ${cell.join(' ')}`;
    }),
  ]);
  return `${lines.join('\n')}\n${boots.length} boots, ${steps} steps\n`;
}

import type { BootPlan, Step } from '../experiment/boot-plan.ts';
import type { Progress } from '../host/progress.ts';

/** Tells how far a list of boots is, and how long the rest takes at the pace until now. */
export function pace(
  boots: readonly BootPlan[],
  progress: Progress,
): (boot: BootPlan, step: Step | null) => void {
  const of = boots.reduce((sum, { steps }) => sum + steps.length, 0);
  const startedMs = performance.now();
  let done = -1;
  return (boot, step) => {
    if (step === null) {
      progress({ what: `boot ${boot.name}`, done: Math.max(done + 1, 0), of });
      return;
    }
    done += 1;
    const leftMs = done === 0 ? undefined : ((performance.now() - startedMs) / done) * (of - done);
    const { params, variant, warmup } = step;
    const words = [
      boot.name,
      params.workload,
      variant,
      params.topology,
      `${params.size} B`,
      warmup && 'warm-up',
    ];
    const what = words.filter((word) => word !== false).join(' ');
    progress({ what, done, of, ...(leftMs === undefined ? {} : { leftMs }) });
  };
}

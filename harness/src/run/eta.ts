import type { BootPlan, Step } from '../experiment/boot-plan.ts';
import type { Progress } from '../host/progress.ts';

/** Follows the progress of boots; several may run at the same time. */
export interface Eta {
  bootBegins(boot: BootPlan): void;
  stepBegins(boot: BootPlan, step: Step): void;
  bootEnded(boot: BootPlan): void;
}

/** Reports how many steps of the boots are done, and estimates the remaining time from the pace so far. */
export function etaOf(boots: readonly BootPlan[], progress: Progress): Eta {
  const of = boots.reduce((sum, { steps }) => sum + steps.length, 0);
  const startedMs = performance.now();
  const inStep = new Set<string>();
  let begun = 0;
  const done = () => begun - inStep.size;
  return {
    bootBegins({ name }) {
      progress({ what: `boot ${name}`, done: done(), of });
    },
    stepBegins({ name }, { params, variant, warmup }) {
      begun += 1;
      inStep.add(name);
      const words = [
        name,
        params.workload,
        variant,
        params.topology,
        `${params.size} B`,
        warmup && 'warm-up',
      ];
      const what = words.filter((word) => word !== false).join(' ');
      const perStepMs = (performance.now() - startedMs) / done();
      progress({ what, done: done(), of, ...(done() > 0 && { leftMs: perStepMs * (of - done()) }) });
    },
    bootEnded({ name }) {
      inStep.delete(name);
    },
  };
}

import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import pLimit from 'p-limit';
import type { BootPlan } from '../experiment/boot-plan.ts';
import { type Summary, summarySchema } from '../measure/summary.ts';
import { type Sample, sampleSchema } from '../workload/sample.ts';
import { onDisk } from './disk.ts';
import {
  bootsOf,
  cellName,
  countedParts,
  elapsedMs,
  failures,
  remaining,
  unavailableCells,
  warningsOf,
} from './events.ts';
import type { JournalEvent, SharedMemory } from './journal.ts';
import { type Lines, readLines } from './lines.ts';
import { type Manifest, manifestSchema } from './manifest.ts';
import { putInPlanOrder } from './plan-order.ts';
import { readSummary } from './read-run.ts';
import type { Recorder } from './recorder.ts';
import { pointLatest, writeChecked } from './run-folder.ts';

/** The findings of a run so far. The summary is made from them, the experiment and its claims. */
export interface Findings {
  samples: Sample[];
  unavailable: Summary['unavailable'];
  warnings: string[];
  /** Cells that failed; they are repeated in the warnings. */
  failures: string[];
}

interface Open {
  journal: Lines;
  samples: Lines;
  events: JournalEvent[];
  release: () => void;
}

type Unstamped<E> = E extends JournalEvent ? Omit<E, 'at'> : never;

/** A run folder that is being filled. One process holds it at a time; recorded data survives a crash. */
export class Run implements AsyncDisposable {
  readonly dir: string;
  readonly #open: Open;
  /** Serialises the records of parallel boots, because a step's samples and its journal line belong together. */
  readonly #oneAtATime = pLimit(1);
  #manifest: Manifest;

  constructor(dir: string, manifest: Manifest, open: Open) {
    this.dir = dir;
    this.#manifest = manifest;
    this.#open = open;
  }

  get manifest(): Manifest {
    return this.#manifest;
  }

  /** The remaining steps of a boot; null if it is complete. */
  remaining(plan: BootPlan): BootPlan | null {
    return remaining(plan, this.#open.events);
  }

  /** `cpus`: the vCPUs' CPUs; `instructions`: the source of their counts; `shared`: the memory of several hosts. */
  bootStarted(
    { name: boot, seed }: BootPlan,
    qemuCommand: readonly string[],
    besides: { cpus?: number[]; instructions?: string; shared?: SharedMemory },
  ): Promise<void> {
    return this.note({ event: 'boot', boot, seed, qemuCommand: [...qemuCommand], ...besides });
  }

  bootEnded({ name: boot }: BootPlan, noise: Readonly<Record<string, string | number>>): Promise<void> {
    return this.note({ event: 'booted', boot, noise: { ...noise } });
  }

  /** Discards a boot's samples, so that it is measured again. */
  discard({ name: boot }: BootPlan, why: string): Promise<void> {
    return this.note({ event: 'discarded', boot, why });
  }

  /** Records that the boot's kernel complained. No later session can resume the run. */
  complained(boot: string, why: string, log = this.dir): Promise<void> {
    return this.note({ event: 'complained', boot, why, log: relative(this.dir, log) });
  }

  /** Records a warning for the readers of the results. */
  warn(text: string): Promise<void> {
    return this.note({ event: 'warning', text });
  }

  recorder({ name: boot }: BootPlan): Recorder {
    return {
      samples: (samples) => this.#oneAtATime(() => this.#record(boot, samples)),
      raw: (name, text) => onDisk(this.dir, () => writeFile(join(this.dir, 'raw', `${name}.txt`), text)),
      unavailable: (variant, params, why) => this.note({ event: 'unavailable', variant, params, why }),
      failed: (variant, params, why) => this.note({ event: 'failed', boot, variant, params, why }),
    };
  }

  /** A new folder for the console and command logs of one attempt at a boot. */
  async logDir({ name }: Pick<BootPlan, 'name'>): Promise<string> {
    for (let attempt = 1; ; attempt += 1) {
      const dir = join(this.dir, 'logs', attempt === 1 ? name : `${name}.${attempt}`);
      const made = await onDisk(this.dir, () => mkdir(dir, { recursive: true }));
      if (made !== undefined) return dir;
    }
  }

  async findings(): Promise<Findings> {
    const { events, samples } = this.#open;
    return {
      samples: await readLines(samples.path, sampleSchema, countedParts(events)),
      unavailable: unavailableCells(events),
      warnings: warningsOf(events),
      failures: failures(events),
    };
  }

  /** Once all is measured: samples.jsonl no longer tells which of two parallel boots was faster. */
  async settle(boots: readonly BootPlan[]): Promise<void> {
    const { events, samples } = this.#open;
    const [whole, ...parts] = countedParts(events);
    if (whole?.from !== 0 || parts.length > 0) return;
    await onDisk(this.dir, () => putInPlanOrder(samples.path, boots));
  }

  /** Writes a valid summary.json, or throws, and completes the manifest. */
  async save(summary: Summary): Promise<void> {
    const { events } = this.#open;
    const manifest = {
      ...this.#manifest,
      endedAt: new Date().toISOString(),
      elapsedMs: elapsedMs(events),
      boots: bootsOf(events),
    };
    await onDisk(this.dir, async () => {
      await writeChecked(join(this.dir, 'summary.json'), summarySchema, summary);
      await writeChecked(join(this.dir, 'manifest.json'), manifestSchema, manifest);
    });
    this.#manifest = manifest;
  }

  /** Makes this the latest run of its experiment, if its files are whole and valid; a part of a plan is no such run. */
  async publish(): Promise<void> {
    await readSummary(this.dir);
    if (this.#manifest.shard !== undefined || basename(dirname(this.dir)) !== 'runs') return;
    await pointLatest(dirname(dirname(this.dir)), this.#manifest.experiment, this.dir);
  }

  note(event: Unstamped<JournalEvent>): Promise<void> {
    return this.#oneAtATime(() => this.#append(event));
  }

  async #append(event: Unstamped<JournalEvent>): Promise<void> {
    const stamped = { ...event, at: new Date().toISOString() } as JournalEvent;
    await onDisk(this.dir, () => this.#open.journal.append([stamped]));
    this.#open.events.push(stamped);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#open.journal.close();
    await this.#open.samples.close();
    this.#open.release();
  }

  async #record(boot: string, samples: readonly Sample[]): Promise<void> {
    const [first] = samples;
    if (first === undefined) return;
    await onDisk(this.dir, () => this.#open.samples.append(samples.map((one) => sampleSchema.parse(one))));
    const samplesBytes = this.#open.samples.bytes;
    await this.#append({ event: 'step', boot, order: first.order, cell: cellName(first), samplesBytes });
  }
}

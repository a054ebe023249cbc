import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Failure } from '../host/failure.ts';
import { tryLock } from '../host/lock.ts';
import { onDisk } from '../store/disk.ts';
import { samplesBytes } from '../store/events.ts';
import { eventSchema, type JournalEvent } from '../store/journal.ts';
import { openLines, readLines } from '../store/lines.ts';
import { type Manifest, type ManifestStart, manifestSchema } from '../store/manifest.ts';
import { readManifest } from '../store/read-run.ts';
import { Run } from '../store/run.ts';
import { makeRunFolder, resultsDir, writeChecked } from '../store/run-folder.ts';
import { testbedId } from '../store/testbed.ts';
import { checkRunConsoles } from './complaints.ts';

/** Starts a run in a new folder, or in `into`, which is made if needed. */
export async function createRun(start: ManifestStart, results = resultsDir(), into?: string): Promise<Run> {
  const now = new Date();
  const dir = await makeRunFolder(results, start.experiment, now, into);
  const { testbed } = start;
  const manifest: Manifest = {
    ...start,
    run: basename(dir),
    startedAt: now.toISOString(),
    endedAt: null,
    elapsedMs: 0,
    resumed: 0,
    testbedId: { virtual: testbedId('virtual', testbed), wall: testbedId('wall', testbed) },
    boots: [],
  };
  return openRun(dir, async () => {
    if (existsSync(join(dir, 'manifest.json')))
      throw new Failure('usage', `${dir} already has a run`, { next: 'resume it: --resume-or-begin DIR' });
    await onDisk(dir, () => writeChecked(join(dir, 'manifest.json'), manifestSchema, manifest));
    return manifest;
  });
}

/** Resumes a stopped run. Torn records are cut off, whole ones stay. */
export async function resumeRun(named: string): Promise<Run> {
  const dir = await realpath(named);
  return openRun(dir, async () => {
    const manifest = await readManifest(dir);
    return { ...manifest, resumed: manifest.resumed + 1 };
  });
}

/** `begin` gives the manifest, once no other process holds the folder. */
async function openRun(dir: string, begin: () => Promise<Manifest>): Promise<Run> {
  const release = await tryLock(`run ${dir}`);
  if (release === undefined) throw busy(dir);
  try {
    const manifest = await begin();
    const events = await recorded(join(dir, 'journal.jsonl'));
    await checkRunConsoles(dir, events);
    const samples = await openLines(join(dir, 'samples.jsonl'), samplesBytes(events));
    const journal = await openLines(join(dir, 'journal.jsonl'));
    const run = new Run(dir, manifest, { journal, samples, events, release });
    await run.note({ event: 'session' });
    return run;
  } catch (error) {
    release();
    throw error;
  }
}

const busy = (dir: string) =>
  new Failure('usage', `${basename(dir)} is being measured by another process`, {
    next: 'wait for it, or start a new run',
  });

async function recorded(journal: string): Promise<JournalEvent[]> {
  return existsSync(journal) ? readLines(journal, eventSchema) : [];
}

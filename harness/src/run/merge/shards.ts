import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../host/failure.ts';
import { bootsOf } from '../../store/events.ts';
import { eventSchema, type JournalEvent } from '../../store/journal.ts';
import { readLines } from '../../store/lines.ts';
import type { Manifest } from '../../store/manifest.ts';
import { readManifest } from '../../store/read-run.ts';
import { complaintIn } from '../complaints.ts';

/** The run of a part of a plan. */
export interface Shard {
  dir: string;
  manifest: Manifest;
  part: NonNullable<Manifest['shard']>;
  events: readonly JournalEvent[];
}

/** Reads the shards, in the order of their plan whatever the order of the folders. A kernel complaint fails them all. */
export async function readShards(dirs: readonly string[], experiment: string): Promise<Shard[]> {
  const shards = await Promise.all(dirs.map((dir) => readShard(dir, experiment)));
  for (const { dir, events } of shards) {
    const complaint = await complaintIn(dir, events);
    if (complaint === null) continue;
    throw new Failure('kernel', `${dir} cannot be merged: ${complaint.why}`, {
      log: complaint.log,
      next: 'see the console log, fix the kernel, and measure the plan again',
    });
  }
  return shards.sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
}

/** The boots that a shard has measured to their end. */
export function measuredBoots({ events }: Pick<Shard, 'events'>): Set<string> {
  return new Set(bootsOf(events).flatMap(({ name, endedAt }) => (endedAt === null ? [] : [name])));
}

async function readShard(dir: string, experiment: string): Promise<Shard> {
  const journal = join(dir, 'journal.jsonl');
  const manifest = await readManifest(dir);
  const { shard: part } = manifest;
  if (part === undefined || !existsSync(journal))
    throw new Failure('usage', `${dir} is not a shard`, {
      next: 'give run folders that were measured with --shard i/n',
    });
  if (manifest.experiment !== experiment)
    throw new Failure('usage', `${dir} is a shard of ${manifest.experiment}, not of ${experiment}`);
  return { dir, manifest, part, events: await readLines(journal, eventSchema) };
}

function placeOf({ manifest: { request, run }, part }: Shard): string {
  const numbers = [request.boots?.from ?? 0, part.index].map((number) => `${number}`.padStart(6, '0'));
  return [...numbers, run].join(' ');
}

import { join } from 'node:path';
import { quote } from 'zx';

/** An experiment whose shards a scheduler measures into folders of one folder. */
export interface ShardedRun {
  experiment: string;
  /** The experiment's own flags, as typed. */
  flags: readonly string[];
  shards: number;
  /** Holds the scripts, and a run folder and a log for each shard. */
  into: string;
  checkout: string;
  /** The folder that relative paths of the flags start from. */
  cwd: string;
}

export const shardFolder = ({ into }: ShardedRun, index: number | string): string =>
  join(into, `shard-${index}`);

/** The job script of one shard. Slurm may stop it at any time and start it again: it then resumes. */
export function shardScript(run: ShardedRun): string {
  const index = '"$SLURM_ARRAY_TASK_ID"';
  const flags = run.flags.map((flag) => quote(flag)).join(' ');
  const folder = `${quote(shardFolder(run, ''))}${index}`;
  return script(
    run,
    ['--requeue', '--open-mode=append', `--cpus-per-task=${cpus}`],
    `${flags} --shard ${index}/${run.shards} --resume-or-begin ${folder}`,
  );
}

/** The job script that merges. It also runs after a failed shard, because it then names the boots that are missing. */
export function mergeScript(run: ShardedRun): string {
  const folders = Array.from({ length: run.shards }, (_, place) => quote(shardFolder(run, place + 1)));
  return script(run, ['--requeue'], `--merge ${folders.join(' ')}`);
}

/** A host has two. */
const cpus = 2;

function script({ experiment, checkout, cwd }: ShardedRun, options: string[], args: string): string {
  return [
    '#!/bin/bash',
    `#SBATCH --job-name=zerohop-${experiment}`,
    ...options.map((option) => `#SBATCH ${option}`),
    `cd ${quote(cwd)} || exit`,
    `exec npm --prefix ${quote(checkout)} run experiment ${experiment} -- ${args}`,
    '',
  ].join('\n');
}

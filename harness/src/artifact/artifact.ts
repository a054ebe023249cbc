import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { experiments } from '../experiment/index.ts';
import type { Context } from '../host/context.ts';
import type { ClaimResult, Profile } from '../measure/summary.ts';
import { runExperiment } from '../run/experiment.ts';
import { resultsDir } from '../store/run-folder.ts';

export interface Artifact {
  /** A packed folder of every run, with CLAIMS.md at its top. */
  file: string;
  claims: ClaimResult[];
  failures: string[];
}

/** Runs every experiment from seed 1, judges the claims, and packs the runs with their raw data. */
export async function makeArtifact(profile: Profile, context: Context): Promise<Artifact> {
  const runs: string[] = [];
  const claims: ClaimResult[] = [];
  const failures: string[] = [];
  for (const experiment of Object.values(await experiments())) {
    const { kernels } = experiment;
    const run = await runExperiment(
      {
        experiment,
        request: { profile, only: [], kernels: kernels.map(({ name }) => name), seed: 1 },
        kernels,
        explain: true,
        force: false,
        command: `npm run experiment ${experiment.name} -- --profile ${profile} --seed 1 --explain`,
      },
      context,
    );
    runs.push(basename(run.dir));
    claims.push(...run.summary.claims);
    failures.push(...run.failures);
  }
  return { file: await pack(runs, claimsTable(claims)), claims, failures };
}

/** Packs the runs. The table is written into the archive only, because it belongs to no single run. */
export async function pack(runs: readonly string[], table: string, results = resultsDir()): Promise<string> {
  const dir = join(results, 'runs');
  const file = join(dir, `artifact-${runs[0]}.tar.zst`);
  const top = await mkdtemp(join(tmpdir(), 'zerohop-artifact-'));
  try {
    await writeFile(join(top, 'CLAIMS.md'), table);
    await execa('tar', ['--zstd', '-cf', file, '-C', top, 'CLAIMS.md', '-C', dir, ...runs]);
  } finally {
    await rm(top, { recursive: true });
  }
  return file;
}

export function claimsTable(claims: readonly ClaimResult[]): string {
  const rows = claims.map(({ id, statement, clock, measured, verdict, why }) => {
    const found =
      measured === null ? '' : `${digits(measured.value)} [${digits(measured.lo)}, ${digits(measured.hi)}]`;
    return [id, statement, clock, found, verdict, why].map((cell) => cell.replaceAll('|', '\\|'));
  });
  const head = ['claim', 'published', 'clock', 'measured', 'verdict', 'why'];
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('');
}

const digits = (value: number) => value.toPrecision(3);

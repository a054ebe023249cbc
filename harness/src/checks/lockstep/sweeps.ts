import { rm } from 'node:fs/promises';
import { distributions, type MemoryBehaviour } from '../../fabric/lockstep.ts';
import { newLogFolder } from '../../guest/log-folder.ts';
import type { Context } from '../../host/context.ts';
import { resolveKernel } from '../../kernel/resolve.ts';
import { shortest } from '../../run/explore/failing.ts';
import { replay } from '../../run/explore/replay.ts';
import type { RoundsRequest } from '../../run/explore/rounds.ts';
import { type Sweep, sweep } from '../../run/explore/sweep.ts';
import type { PartResult } from '../part-result.ts';

/** A planted bug must be found in so many seeds. Correct code must pass ten times as many, in the uniform order. */
const seeds = 2000;
const rightSeeds = 10 * seeds;
/** A bug is played in more and more seeds until so many fail: a round that hangs takes half a second. */
const portions = [20, 200, seeds] as const;
const enough = 10;
/** The form of which a failing seed is replayed, so many times. */
const replayed = { name: 'stack', form: 'aba', times: 100 };

const sequential: MemoryBehaviour = { storeBuffer: 0, farNs: 0 };
const buffered: MemoryBehaviour = { storeBuffer: 8, farNs: 0 };
const nonCoherent: MemoryBehaviour = { ...sequential, nonCoherent: true };

const structures = [
  { name: 'add', broken: ['plain'], memory: sequential },
  { name: 'ticket', broken: ['plain-draw', 'early-serve'], memory: sequential },
  { name: 'mcs', broken: ['late-flag', 'no-successor'], memory: sequential },
  { name: 'seqlock', broken: ['never-odd', 'read-odd', 'no-recheck'], memory: sequential },
  { name: 'stack', broken: ['aba'], memory: sequential },
  { name: 'queue', broken: ['aba', 'blind-link', 'late-value'], memory: sequential },
  { name: 'table', broken: ['check-then-act', 'impatient'], memory: sequential },
  { name: 'epoch', broken: ['short-grace', 'late-announce', 'no-fence'], memory: buffered },
  { name: 'sb', broken: ['no-fence'], memory: buffered },
  { name: 'message', broken: ['unflushed', 'stale-read', 'early-flag'], memory: nonCoherent },
  { name: 'tally', broken: ['neighbours', 'locked'], memory: nonCoherent },
] as const;

/** The nightly part `explore`: which order finds which planted bug, in how many seeds; and the same replay each time. */
export async function sweeps(context: Context): Promise<PartResult> {
  const { image } = await resolveKernel(undefined, context);
  const logDir = await newLogFolder();
  const findings: string[] = [];
  const figures: Record<string, number | string> = {};
  for (const { name, broken, memory } of structures) {
    for (const distribution of distributions) {
      const quantumNs = distribution === 'pct' ? 3000 : 100;
      const base = { hosts: 2, order: { quantumNs, distribution }, memory };
      const request = (form: string | undefined, last: number): RoundsRequest => ({
        ...{ ...base, kernelImage: image, logDir, seeds: { first: 1, last } },
        program: [
          ...['zerohop-structures', '--structure', name, '--ops', '20'],
          ...(form === undefined ? [] : ['--broken', form]),
        ],
      });
      const what = (form: string | undefined) => `${name} ${form ?? 'right'}, ${distribution}`;
      const most = distribution === 'uniform' ? rightSeeds : seeds;
      const right = await sweep(request(undefined, most), context);
      if (right.hung !== undefined) findings.push(`${what(undefined)}: seed ${right.hung} did not end`);
      if (right.failing.length > 0)
        findings.push(`${what(undefined)}: ${right.failing.length} of ${most} seeds failed`);
      for (const form of broken) {
        const { failing, of } = await hunt((last) => sweep(request(form, last), context));
        const best = shortest(failing);
        figures[what(form)] = `${failing.length} of ${of} seeds, at least ${best?.turns ?? '-'} turns`;
        if (best === undefined && distribution === 'uniform')
          findings.push(`${what(form)}: not found in ${seeds} seeds`);
        if (
          best !== undefined &&
          distribution === 'uniform' &&
          form === replayed.form &&
          name === replayed.name
        )
          findings.push(...(await differing(request(form, seeds), best.seed, context)));
      }
    }
  }
  await rm(logDir, { recursive: true });
  return { findings, figures };
}

async function hunt(
  play: (last: number) => Promise<Sweep>,
): Promise<{ failing: Sweep['failing']; of: number }> {
  let found: { failing: Sweep['failing']; of: number } = { failing: [], of: 0 };
  for (const of of portions) {
    found = { failing: (await play(of)).failing, of };
    if (found.failing.length >= enough) break;
  }
  return found;
}

async function differing(request: RoundsRequest, seed: number, context: Context): Promise<string[]> {
  const hashes = new Set<string>();
  for (let time = 0; time < replayed.times; time++) {
    const { hash, failure } = await replay({ ...request, vmlinux: undefined }, seed, context);
    hashes.add(failure === undefined ? 'did not fail' : hash);
  }
  if (hashes.size === 1 && !hashes.has('did not fail')) return [];
  return [
    `${request.program.join(' ')}, seed ${seed}: ${replayed.times} replays were ${[...hashes].join(', ')}`,
  ];
}

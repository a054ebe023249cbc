import { rm } from 'node:fs/promises';
import { distributions } from '../../fabric/lockstep.ts';
import { newLogFolder } from '../../guest/log-folder.ts';
import type { Context } from '../../host/context.ts';
import { resolveKernel } from '../../kernel/resolve.ts';
import { replay } from '../../run/explore/replay.ts';
import type { RoundsRequest } from '../../run/explore/rounds.ts';
import { shortest, sweep } from '../../run/explore/sweep.ts';
import type { PartResult } from '../part-result.ts';

/** What is planted is found in so many seeds; what is right is not wrong in ten times as many, of the uniform order. */
const seeds = 2000;
const rightSeeds = 10 * seeds;
/** The form of which a failing seed is replayed, so many times. */
const replayed = { name: 'stack', form: 'aba', times: 100 };

const structures = [
  { name: 'add', broken: ['plain'], storeBuffer: 0 },
  { name: 'ticket', broken: ['plain-draw', 'early-serve'], storeBuffer: 0 },
  { name: 'mcs', broken: ['late-flag', 'no-successor'], storeBuffer: 0 },
  { name: 'seqlock', broken: ['never-odd', 'read-odd', 'no-recheck'], storeBuffer: 0 },
  { name: 'stack', broken: ['aba'], storeBuffer: 0 },
  { name: 'queue', broken: ['aba', 'blind-link', 'late-value'], storeBuffer: 0 },
  { name: 'table', broken: ['check-then-act', 'impatient'], storeBuffer: 0 },
  { name: 'epoch', broken: ['short-grace', 'late-announce', 'no-fence'], storeBuffer: 8 },
  { name: 'sb', broken: ['no-fence'], storeBuffer: 8 },
] as const;

/** The nightly part `explore`: which order finds which planted bug, in how many seeds; and the same replay each time. */
export async function sweeps(context: Context): Promise<PartResult> {
  const { image } = await resolveKernel(undefined, context);
  const logDir = await newLogFolder();
  const findings: string[] = [];
  const figures: Record<string, number | string> = {};
  for (const { name, broken, storeBuffer } of structures) {
    for (const distribution of distributions) {
      const quantumNs = distribution === 'pct' ? 3000 : 100;
      const base = { hosts: 2, order: { quantumNs, distribution }, memory: { storeBuffer, farNs: 0 } };
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
        const { failing } = await sweep(request(form, seeds), context);
        const best = shortest(failing);
        figures[what(form)] = `${failing.length} of ${seeds} seeds, at least ${best?.turns ?? '-'} turns`;
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

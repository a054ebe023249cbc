import files from '../workload/files.ts';
import fio from '../workload/fio.ts';
import { defineExperiment } from './define.ts';
import { matrix } from './matrix.ts';

const kib = 1024;
const sizes = [4 * kib, 64 * kib, 1024 * kib];
const ladder = ['tmpfs', 'tmpfs-huge', 'daxfs', 'copy-limit'] as const;
const underFio = [...ladder, 'fio-alone'] as const;
const onDevices = ['ext4-dax', 'xfs-dax'] as const;

/** One thread, on the clock that counts instructions. */
const alone = { clock: ['virtual'], size: sizes } as const;
const oneThread = { threads: [1], files: ['own'] } as const;
const calls = { test: ['read', 'write'], ...oneThread } as const;

/** Four threads, where what counts is what they wait for. */
const together = { clock: ['wall'], idle: ['poll'], from: 'quick' } as const;

const matrices = [
  matrix(files, { ...alone, variants: ladder, factors: { ...calls, order: ['random'] } }),
  matrix(files, {
    ...alone,
    variants: ['tmpfs', 'tmpfs-huge', 'daxfs'],
    factors: { ...oneThread, test: ['first', 'load', 'store'], order: ['sequential'] },
  }),
  matrix(fio, { ...alone, variants: underFio, factors: { ...calls, order: ['random'] } }),
  matrix(files, { ...alone, from: 'quick', variants: onDevices, factors: { ...calls, order: ['random'] } }),
  matrix(files, {
    ...alone,
    from: 'quick',
    variants: onDevices,
    factors: { ...oneThread, test: ['first', 'load', 'store'], order: ['sequential'] },
  }),
  matrix(files, {
    ...alone,
    from: 'quick',
    variants: ladder,
    factors: { ...calls, order: ['sequential'] },
  }),
  matrix(fio, { ...alone, from: 'quick', variants: underFio, factors: { ...calls, order: ['sequential'] } }),
  ...[files, fio].flatMap((workload) => [
    matrix(workload, {
      ...together,
      variants: ladder,
      size: [4 * kib],
      factors: { test: ['write'], order: ['random'], threads: [4], files: ['own', 'one'] },
    }),
    matrix(workload, {
      ...together,
      variants: ladder,
      size: [64 * kib],
      factors: { test: ['read'], order: ['random'], threads: [4], files: ['own', 'one'] },
    }),
  ]),
];

const over = { factor: 'size', title: 'bytes of a call' };

const random = { order: 'random', threads: 1, clock: 'virtual' } as const;

export default defineExperiment({
  name: 'fio',
  place: 10,
  title: 'Reads and writes of DaxFS, of tmpfs, and of calls that only copy',
  about:
    'Files in memory that several hosts can share, against files in memory of one host. copy-limit is the least that' +
    ' read() and write() of that memory cost. Each point is measured twice: by a loop whose own instructions are next' +
    ' to nothing, and by an unmodified fio, whose own instructions hide much of a small operation.',
  matrices,
  ratios: [
    { numerator: 'daxfs', denominator: 'copy-limit', metric: 'rate' },
    { numerator: 'daxfs', denominator: 'tmpfs-huge', metric: 'rate' },
  ],
  plots: [
    ...(['write', 'read'] as const).flatMap((test) => [
      {
        id: `${test}-by-size`,
        title: `Throughput of a ${test}, by its size`,
        kind: 'by-size' as const,
        over,
        metric: 'mbit_per_s' as const,
        where: { ...random, workload: 'files', test },
      },
      {
        id: `${test}-speedup`,
        title: `Random ${test}s, speed-up over tmpfs`,
        kind: 'speedup' as const,
        over,
        metric: 'rate' as const,
        where: { ...random, workload: 'files', test },
      },
    ]),
    {
      id: 'first',
      title: 'Writes into an empty file, speed-up over tmpfs',
      kind: 'speedup',
      over,
      metric: 'rate',
      where: { workload: 'files', test: 'first', clock: 'virtual' },
    },
    {
      id: 'ladder',
      title: 'From tmpfs to calls that only copy: random writes of 4 KB',
      kind: 'ladder',
      metric: 'rate',
      where: { ...random, workload: 'files', test: 'write', size: 4 * kib },
    },
    {
      id: 'instructions',
      title: 'Instructions of a random operation of 4 KB',
      kind: 'instructions',
      metric: 'instructions_per_txn',
      where: { ...random, size: 4 * kib },
    },
    {
      id: 'threads',
      title: 'Random writes of 4 KB by four threads, on the wall clock',
      kind: 'ladder',
      metric: 'rate',
      where: { test: 'write', clock: 'wall', threads: 4, size: 4 * kib },
    },
  ],
  answer: {
    at: 'Random writes of DaxFS',
    where: { ...random, workload: 'files', test: 'write' },
    metric: 'rate',
    says: [
      { text: '4 KB {daxfs/tmpfs}', where: { size: 4 * kib } },
      { text: '64 KB {daxfs/tmpfs}', where: { size: 64 * kib } },
      { text: '1 MB {daxfs/tmpfs}', where: { size: 1024 * kib } },
    ],
    end: 'tmpfs',
    plot: 'write-speedup',
  },
  minutes: { smoke: 4, quick: 20, paper: 120 },
});

import names, { nameTests } from '../workload/names.ts';
import { defineExperiment } from './define.ts';
import { matrix } from './matrix.ts';

export default defineExperiment({
  name: 'metadata',
  place: 11,
  title: 'Names of DaxFS and of tmpfs',
  about:
    'Files of one directory are made, looked at, opened, listed, renamed and removed. tmpfs trusts what its kernel' +
    ' has cached; DaxFS looks at each name again, because another host may have changed it.',
  matrices: [
    matrix(names, {
      variants: ['tmpfs', 'daxfs'],
      size: [0],
      clock: ['virtual'],
      factors: { test: nameTests, files: [1000] },
    }),
    matrix(names, {
      variants: ['tmpfs', 'daxfs'],
      size: [0],
      clock: ['virtual'],
      from: 'quick',
      factors: { test: nameTests, files: [10, 10000] },
    }),
    matrix(names, {
      variants: ['ext4-dax', 'xfs-dax'],
      size: [0],
      clock: ['virtual'],
      from: 'quick',
      factors: { test: nameTests, files: [1000] },
    }),
  ],
  plots: [
    {
      id: 'instructions',
      title: 'Instructions of an operation on a name, in a directory of 1000',
      kind: 'instructions',
      metric: 'instructions_per_txn',
      over: { factor: 'test', title: 'operation' },
      where: { files: 1000 },
    },
  ],
  answer: {
    at: 'Operations on names, DaxFS',
    where: { workload: 'names', files: 1000 },
    metric: 'rate',
    says: nameTests.map((test) => ({ text: `${test} {daxfs/tmpfs}`, where: { test } })),
    end: 'tmpfs',
    plot: 'instructions',
  },
  minutes: { smoke: 1, quick: 3, paper: 20 },
});

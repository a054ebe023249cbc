import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const endWithParent = ['harness/test/fixtures/end-with-parent.ts'];

/** One file after the other, each in a process of its own. */
const sequential = {
  pool: 'forks',
  fileParallelism: false,
  maxWorkers: 1,
  setupFiles: endWithParent,
} as const;
const twoAtATime = { pool: 'forks', maxWorkers: 2, setupFiles: endWithParent } as const;
const minuteMs = 60_000;

/** Tests that boot hosts. A test's time limit allows for a machine that is busy with something else. */
const guest = { testTimeout: 5 * minuteMs, hookTimeout: 5 * minuteMs, maxConcurrency: 2 } as const;
const guestFiles = 'harness/test/guest/**/*.test.ts';
/** Files that measure the wall clock, need vCPUs that really run at once, or boot many hosts. They run one by one. */
const aloneFiles = 'harness/test/guest/**/*.alone.test.ts';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['harness/test/unit/**/*.test.ts'],
          setupFiles: [...endWithParent, 'harness/test/fixtures/unit/without-tools.ts'],
          pool: 'forks',
          maxWorkers: availableParallelism(),
          testTimeout: 2 * minuteMs,
          hookTimeout: 2 * minuteMs,
        },
      },
      {
        test: {
          name: 'build',
          include: ['harness/test/build/**/*.test.ts'],
          ...twoAtATime,
          testTimeout: 20 * minuteMs,
          hookTimeout: 60 * minuteMs,
        },
      },
      {
        test: {
          name: 'guest',
          include: [guestFiles],
          exclude: [aloneFiles],
          ...guest,
          ...twoAtATime,
        },
      },
      { test: { name: 'guest-alone', include: [aloneFiles], ...guest, ...sequential } },
    ],
  },
});

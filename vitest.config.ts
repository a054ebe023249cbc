import { defineConfig } from 'vitest/config';

/** Build and guest files share two cores' worth of machine: one after the other, each in a process of its own. */
const sequential = { pool: 'forks', fileParallelism: false, maxWorkers: 1 } as const;
const minuteMs = 60_000;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['harness/test/unit/**/*.test.ts'],
          pool: 'forks',
          testTimeout: 2 * minuteMs,
          hookTimeout: 2 * minuteMs,
        },
      },
      {
        test: {
          name: 'build',
          include: ['harness/test/build/**/*.test.ts'],
          ...sequential,
          testTimeout: 20 * minuteMs,
          hookTimeout: 60 * minuteMs,
        },
      },
      {
        test: {
          name: 'guest',
          include: ['harness/test/guest/**/*.test.ts'],
          ...sequential,
          maxConcurrency: 2,
          testTimeout: 5 * minuteMs,
          hookTimeout: 5 * minuteMs,
        },
      },
    ],
  },
});

import { defineConfig } from 'vitest/config'
import { CountReporter } from './support/count-reporter.ts'
import { LongFilesFirst } from './support/long-files-first.ts'

/** Tests of what keeps no state outside of its values: a module graph for each file would cost a third of their time. */
const PURE = ['test/{unit,property,conformance}/**/*.test.ts']
/** What asks how soon a process ends or starts: a second worker beside it would be measured as well. */
const TIMED = ['test/e2e/stopping.test.ts', 'test/e2e/worker-deaths.test.ts']
const LIMITS = { testTimeout: 60_000, hookTimeout: 60_000 }

export default defineConfig({
  test: {
    root: '.',
    reporters: ['default', new CountReporter()],
    // Left alone, the runner keeps one of two cores idle.
    maxWorkers: 2,
    sequence: { sequencer: LongFilesFirst },
    projects: [
      {
        test: {
          name: 'side by side',
          include: ['test/**/*.test.ts'],
          exclude: [...PURE, ...TIMED],
          ...LIMITS,
        },
      },
      {
        test: { name: 'in shared workers', include: PURE, ...LIMITS, isolate: false },
      },
      {
        test: {
          name: 'alone',
          include: TIMED,
          ...LIMITS,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})

import { defineConfig } from 'vitest/config'
import { CountReporter } from './support/count-reporter.ts'

export default defineConfig({
  test: {
    root: '.',
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', new CountReporter()],
  },
})

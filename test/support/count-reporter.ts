import type { Reporter, TestModule } from 'vitest/node'

/** Prints the runner's own count as the last line, and every skipped test with its reason. */
export class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const counts = { passed: 0, failed: errors.length, skipped: 0 }
    const skips: string[] = []
    for (const module of modules) {
      if (module.errors().length > 0) counts.failed += 1
      for (const test of module.children.allTests()) {
        const result = test.result()
        if (result.state === 'passed') counts.passed += 1
        else if (result.state === 'failed') counts.failed += 1
        else {
          counts.skipped += 1
          skips.push(
            `skipped: ${test.fullName} (${(result.state === 'skipped' && result.note) || 'no reason given'})`,
          )
        }
      }
    }
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''
    process.stdout.write(
      [...skips, `${counts.passed} passed, ${counts.failed} failed${skipped}`, ''].join('\n'),
    )
  }
}

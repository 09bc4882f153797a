import { arch, availableParallelism, cpus, platform } from 'node:os'
import type { BenchMachine } from '../../model/bench-report.ts'

/** The machine that this process runs on. */
export function thisMachine(): BenchMachine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown processor',
    cores: availableParallelism(),
    platform: platform(),
    arch: arch(),
    node: process.version,
  }
}

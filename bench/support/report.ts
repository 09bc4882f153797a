import { cpus } from 'node:os'
import type { Bench } from 'tinybench'

/** What one run of a task handles, so that its time becomes a rate. */
export interface Work {
  /** Operations (lookups, events, indicators) in one run. */
  readonly operations: number
  /** Input bytes in one run; 0 where bytes are not the point. */
  readonly bytes?: number
}

/** Prints the question, the machine and the command: figures without them mean nothing later. */
export function printHeader(question: string): void {
  print(`# ${question}`)
  print(
    `# Node ${process.version}, ${cpus()[0]?.model ?? 'unknown CPU'} (${cpus().length}), ` +
      `${new Date().toISOString().slice(0, 10)}, ${['node', ...process.argv.slice(1)].join(' ')}`,
  )
}

/** Prints median, p99, sample count and rate of every task; throws when a task failed. */
export function printTasks(bench: Bench, work: Work): void {
  for (const task of bench.tasks) {
    const { result } = task
    if (!('latency' in result)) throw new Error(`${task.name} did not run: ${result.state}`)
    const { p50, p99, samplesCount } = result.latency
    const cells = [
      task.name.padEnd(44),
      `median ${formatMs(p50)}`,
      `p99 ${formatMs(p99)}`,
      `${samplesCount} samples`.padStart(12),
      `${formatCount((work.operations / p50) * 1000)}/s`.padStart(10),
      `${((p50 * 1e6) / work.operations).toFixed(0)} ns each`.padStart(14),
    ]
    if (work.bytes !== undefined && work.bytes > 0) {
      cells.push(`${(work.bytes / p50 / 1000).toFixed(0)} MB/s`.padStart(10))
    }
    print(cells.join('  '))
  }
}

/** Prints a figure that is no time: bytes per indicator, memory. */
export function printFigure(name: string, value: string): void {
  print(`${name.padEnd(44)}  ${value}`)
}

/** Throws unless a workload gives the expected answer: a wrong one must not win. */
export function expectCount(name: string, found: number, expected: number): void {
  if (found !== expected) throw new Error(`${name}: expected ${expected}, found ${found}`)
}

function formatMs(ms: number): string {
  const text =
    ms < 0.01 ? `${(ms * 1e6).toFixed(0)} ns` : ms < 10 ? `${ms.toFixed(3)} ms` : `${ms.toFixed(1)} ms`
  return text.padStart(10)
}

function formatCount(count: number): string {
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)}M`
  return count >= 1e3 ? `${(count / 1e3).toFixed(1)}k` : count.toFixed(0)
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

import { parentPort, workerData } from 'node:worker_threads'
import { type BenchIndicator, indicatorsWith } from './indicators.ts'
import { SensibleNode } from './sensible-node.ts'

/** The indicators to look for: these, and so many drawn ones that there are `count`. */
export interface SensibleTask {
  readonly planted: readonly BenchIndicator[]
  readonly count: number
}

const { planted, count } = workerData as SensibleTask // what sensible-thread.ts gives
const sensible = SensibleNode.open(indicatorsWith(planted, count))
parentPort?.on('message', (path: string) => parentPort?.postMessage(sensible.countFile(path)))
parentPort?.postMessage('ready')

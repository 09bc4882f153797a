import type { SimulatedFault } from './scan-settings.ts'

/** Acts out a simulated fault when its record is reached, as often as it has deaths left. */
export function actOutFault(fault: SimulatedFault, byteOffset: number): void {
  if (byteOffset !== fault.byteOffset || Atomics.load(fault.remaining, 0) <= 0) return
  Atomics.sub(fault.remaining, 0, 1)
  switch (fault.kind) {
    case 'throw':
      throw new Error('simulated failure of a worker')
    case 'exit':
      process.exit(7)
    // eslint-disable-next-line no-fallthrough -- process.exit does not return
    case 'hang':
      while (true) Atomics.load(fault.remaining, 0)
    case 'out-of-memory': {
      const hoard: unknown[] = []
      while (true) hoard.push(Array.from({ length: 1_000_000 }, (_, i) => i + 0.5))
    }
  }
}

/**
 * The threat-intelligence API on this machine: the same requests, the same answers, without the service. `Emulator` answers
 * a `Request` with a `Response` in the test's own process; `serveEmulator` puts it on a socket; `withFaults` lets requests
 * go wrong the way networks and services do.
 *
 * ```ts
 * const emulator = Emulator.open()
 * const handle = withFaults((request) => emulator.handle(request), { rules: [faultAt(3, { kind: 'cut-after' })] })
 * const server = await serveEmulator(handle)
 * // … point a client at server.origin …
 * await server.stop()
 * emulator.close()
 * ```
 */
export type { AuthMode, EmulatorOptions, SeedDefinition } from './emulator/emulator.ts'
export { Emulator } from './emulator/emulator.ts'
export type { ProfileName } from './emulator/profile.ts'
export type { Quotas } from './model/quotas.ts'
export { DatabaseError } from './emulator/schema.ts'
export type { TimeTicks } from './model/time.ts'

export type { RunningServer, ServeOptions } from './emulator/serve.ts'
export { serveEmulator } from './emulator/serve.ts'
export type { ServeErrorCode } from './emulator/server/serve-error.ts'
export { ServeError } from './emulator/server/serve-error.ts'

export type { Fault, FaultPlan, FaultRule, RetryAfter } from './emulator/faults/fault-plan.ts'
export { faultAt, NO_FAULTS } from './emulator/faults/fault-plan.ts'
export { FaultSpecError, parseFaultPlan } from './emulator/faults/parse-fault.ts'
export type { FaultClock, FaultCount, RequestHandler } from './emulator/faults/with-faults.ts'
export { FaultInjector, SYSTEM_FAULT_CLOCK, withFaults } from './emulator/faults/with-faults.ts'
export { ConnectionCut } from './emulator/faults/connection-cut.ts'
export type { Owner } from './emulator/faults/owner-access.ts'
export { withAdmin } from './emulator/faults/admin.ts'

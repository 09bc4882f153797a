import { Emulator, type EmulatorOptions } from '../../src/emulator/emulator.ts'
import { withAdmin } from '../../src/emulator/faults/admin.ts'
import { NO_FAULTS } from '../../src/emulator/faults/fault-plan.ts'
import type { Owner } from '../../src/emulator/faults/owner-access.ts'
import { FaultInjector } from '../../src/emulator/faults/with-faults.ts'
import { serveEmulator } from '../../src/emulator/serve.ts'
import type { ApiTarget } from './api-client.ts'

/** An emulator on a real socket of the test's own process. */
export interface InProcessServe extends ApiTarget {
  readonly origin: string
  readonly tenant: string
  readonly injector: FaultInjector
  stop(): Promise<void>
}

/** Serves an emulator as `dryfire serve` does, without the cost of a process. */
export async function serveInProcess(options: EmulatorOptions = {}): Promise<InProcessServe> {
  const emulator = Emulator.open(options)
  const { tenant, clientId, clientSecret } = emulator
  const owner: Owner = { handle: (request) => emulator.handle(request), tenant, clientId, clientSecret }
  const injector = new FaultInjector(owner.handle, NO_FAULTS)
  const server = await serveEmulator(withAdmin(owner, injector))
  return {
    origin: server.origin,
    api: `${server.origin}/v1.0`,
    token: `${server.origin}/${tenant}/oauth2/token`,
    tenant,
    clientId,
    clientSecret,
    injector,
    stop: async () => {
      injector.close()
      await server.stop()
      emulator.close()
    },
  }
}

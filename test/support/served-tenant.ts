import { Emulator } from '../../src/emulator/emulator.ts'
import { faultAt, type Fault } from '../../src/emulator/faults/fault-plan.ts'
import { FaultInjector, type FaultClock, type RequestHandler } from '../../src/emulator/faults/with-faults.ts'
import { serveEmulator, type RunningServer } from '../../src/emulator/serve.ts'
import type { RemoteState } from '../../src/sync/entities.ts'
import type { Provider } from '../../src/sync/provider.ts'
import { Secret } from '../../src/sync/client/secret.ts'
import { openTiProvider } from '../../src/sync/client/ti-provider.ts'
import type { TransportLimits } from '../../src/sync/client/transport-limits.ts'
import { VirtualClock } from './virtual-clock.ts'

const TICKS_PER_MS = 10_000n
/** The same for every tenant, so that a plan for one fits the next. */
const TENANT = '7f1c1d0e-0000-4000-8000-000000000001'
const CLIENT = '7f1c1d0e-0000-4000-8000-000000000002'
/** A server waits this long at most in real time, as the deadlines of a client are real; longer waits are virtual. */
const LONGEST_REAL_MS = 2000

/** Which request goes wrong, counted from 1. */
export interface ServedFault {
  readonly among: 'writes' | 'all'
  readonly at: number
  readonly fault: Fault | ReplyFault
}

/** A reply that is not the emulator's own, whether the request is carried out or not. */
export interface ReplyFault {
  readonly kind: 'reply'
  readonly isDone: boolean
  readonly status: number
  readonly body: string
}

/** One real server on loopback; the tenant behind it can be exchanged. */
export class TenantServer {
  readonly origin: string
  readonly #server: RunningServer
  readonly #current: { handle: RequestHandler }

  private constructor(server: RunningServer, current: { handle: RequestHandler }) {
    this.origin = server.origin
    this.#server = server
    this.#current = current
  }

  static async start(): Promise<TenantServer> {
    const current: { handle: RequestHandler } = { handle: () => Promise.reject(new Error('no tenant')) }
    return new TenantServer(await serveEmulator((request) => current.handle(request)), current)
  }

  /** Serves a new tenant that holds this, in place of the one before. */
  serve(state: RemoteState, fault: ServedFault | null = null): ServedTenant {
    const tenant = new ServedTenant(this.origin, state, fault)
    this.#current.handle = (request) => tenant.handle(request)
    return tenant
  }

  stop(): Promise<void> {
    return this.#server.stop()
  }
}

/** A tenant of the emulator with its time, a fault, and a record of what was asked. */
export class ServedTenant {
  readonly clock: VirtualClock = new VirtualClock()
  /** `DELETE /v1.0/AlertDefinitions(3)`, readings and tokens included. */
  readonly requests: string[] = []
  readonly #origin: string
  readonly #emulator: Emulator
  readonly #injector: FaultInjector
  readonly #fault: ServedFault | null
  /** Called before and after every request. */
  around: (moment: 'before' | 'after') => void | Promise<void> = () => undefined
  #counted = 0
  #isHit = false

  constructor(origin: string, state: RemoteState, fault: ServedFault | null) {
    this.#origin = origin
    const now = (): bigint => BigInt(this.clock.now()) * TICKS_PER_MS
    this.#emulator = Emulator.open({ now, tenant: TENANT, clientId: CLIENT })
    this.#emulator.seed(seedOf(state))
    this.#fault = fault
    const faults = { rules: fault === null || fault.fault.kind === 'reply' ? [] : [faultAt(1, fault.fault)] }
    this.#injector = new FaultInjector(
      (request) => this.#emulator.handle(request),
      faults,
      faultClock(this.clock),
    )
  }

  /** True when the fault has happened. */
  get isHit(): boolean {
    return this.#isHit
  }

  get writes(): readonly string[] {
    return this.requests.filter((line) => !/^GET |oauth2/.test(line))
  }

  async handle(request: Request): Promise<Response> {
    await this.around('before')
    const response = await this.#answer(request)
    await this.around('after')
    return response
  }

  /** How another process reaches this tenant. */
  get address(): {
    readonly api: string
    readonly tokenUrl: string
    readonly tenant: string
    readonly clientId: string
    readonly clientSecret: string
  } {
    const { tenant, clientId, clientSecret } = this.#emulator
    return {
      api: `${this.#origin}/v1.0`,
      tokenUrl: `${this.#origin}/${tenant}/oauth2/token`,
      tenant,
      clientId,
      clientSecret,
    }
  }

  #answer(request: Request): Promise<Response> {
    const line = `${request.method} ${new URL(request.url).pathname}`
    this.requests.push(line)
    const isWrite = !/^GET |oauth2/.test(line)
    if (this.#fault === null) return this.#emulator.handle(request)
    if (isWrite || this.#fault.among === 'all') this.#counted++
    else return this.#emulator.handle(request)
    if (this.#counted !== this.#fault.at) return this.#emulator.handle(request)
    this.#isHit = true
    const { fault } = this.#fault
    return fault.kind === 'reply' ? this.#reply(fault, request) : this.#injector.handle(request)
  }

  async #reply({ isDone, status, body }: ReplyFault, request: Request): Promise<Response> {
    if (isDone) await this.#emulator.handle(request)
    return new Response(status === 204 ? null : body, { status })
  }

  /** A client of its own, as a new process would have. */
  connect(limits: Partial<TransportLimits> = {}): Provider {
    const { clientSecret, ...address } = this.address
    return openTiProvider({ ...address, clientSecret: new Secret(clientSecret), clock: this.clock, limits })
  }

  close(): void {
    this.#injector.close()
    this.#emulator.close()
  }
}

function faultClock(clock: VirtualClock): FaultClock {
  return {
    now: () => clock.now(),
    sleep: (ms) =>
      ms > LONGEST_REAL_MS ? clock.wait(ms) : new Promise((resolve) => setTimeout(resolve, ms).unref()),
  }
}

function seedOf({ definitions, indicators }: RemoteState): Parameters<Emulator['seed']>[0] {
  return definitions.map((definition) => ({
    body: withoutAudit(definition),
    iocs: indicators.filter(({ definitionId }) => definitionId === definition.Id).map(withoutAudit),
  }))
}

function withoutAudit(entity: object): Record<string, unknown> {
  const entries = Object.entries(entity).filter(
    ([name]) => !/^(Id|definitionId|(Created|LastModified)(At|By))$/.test(name),
  )
  return Object.fromEntries(entries)
}

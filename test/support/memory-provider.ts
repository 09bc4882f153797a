import { assertNever } from '../../src/model/assert-never.ts'
import type {
  DefinitionBody,
  DefinitionPatch,
  IndicatorPatch,
  RemoteDefinition,
  RemoteIndicator,
  RemoteState,
} from '../../src/sync/entities.ts'
import type { BoundIndicator, Provider, RefusedItem, WriteOutcome } from '../../src/sync/provider.ts'
import { RemoteError } from '../../src/sync/remote-error.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** What goes wrong with a write. `late` is carried out after its lost reply; `no-ids` is done and does not say as what. */
export type MemoryFault =
  | { readonly kind: 'cut-before' | 'cut-after' | 'no-ids' | 'throws' }
  | { readonly kind: 'late'; readonly ms: number }
  | { readonly kind: 'refused'; readonly status: number }

/** One write as the tenant saw it: `POST definitions 2`, `DELETE indicator 7`. */
export type WriteLine = string

const DONE: WriteOutcome = { kind: 'done', ids: null }
const CREATED_AT = '2026-11-23T08:00:00Z'

/** A tenant in memory, shared by any number of providers. */
export class MemoryTenant {
  readonly definitions: Map<number, RemoteDefinition>
  readonly indicators: Map<number, RemoteIndicator>
  readonly writes: WriteLine[] = []
  /** Why an item is not taken; null takes it. */
  refuses: (item: BoundIndicator | DefinitionBody) => string | null = () => null
  /** Whether a refusal names the items. */
  isNaming = true
  /** Larger bulk requests are refused with 413. */
  mostItems: number = Number.POSITIVE_INFINITY
  /** More indicators than this are refused with 507. */
  quota: number = Number.POSITIVE_INFINITY
  /** What readings do not show. */
  hides: (indicator: RemoteIndicator) => boolean = () => false
  #nextDefinition: number
  #nextIndicator: number

  constructor(state: RemoteState) {
    this.definitions = new Map(state.definitions.map((definition) => [definition.Id, definition]))
    this.indicators = new Map(state.indicators.map((indicator) => [indicator.Id, indicator]))
    this.#nextDefinition = Math.max(0, ...this.definitions.keys()) + 1
    this.#nextIndicator = Math.max(0, ...this.indicators.keys()) + 1
  }

  read(): RemoteState {
    return {
      definitions: [...this.definitions.values()].toSorted((a, b) => a.Id - b.Id),
      indicators: [...this.indicators.values()]
        .filter((indicator) => !this.hides(indicator))
        .toSorted((a, b) => a.Id - b.Id),
    }
  }

  createDefinitions(bodies: readonly DefinitionBody[], author: string): WriteOutcome {
    this.writes.push(`POST definitions ${bodies.length}`)
    const refused = this.#refusal(bodies)
    if (refused !== null) return refused
    const ids = bodies.map((body) => {
      const Id = this.#nextDefinition++
      this.definitions.set(Id, { Id, ...body, ...audit(author) })
      return Id
    })
    return { kind: 'done', ids }
  }

  createIndicators(items: readonly BoundIndicator[], author: string): WriteOutcome {
    this.writes.push(`POST indicators ${items.length}`)
    const refused = this.#refusal(items)
    if (refused !== null) return refused
    if (this.indicators.size + items.length > this.quota) return absent(507, 'QuotaExceeded')
    const ids = items.map(({ body, definitionId }) => {
      const Id = this.#nextIndicator++
      this.indicators.set(Id, { Id, ...body, definitionId, ...audit(author) })
      return Id
    })
    return { kind: 'done', ids }
  }

  changeDefinition(id: number, patch: DefinitionPatch, author: string): WriteOutcome {
    this.writes.push(`PATCH definition ${id}`)
    const present = this.definitions.get(id)
    if (present === undefined) return absent(404, 'ResourceNotFound')
    this.definitions.set(id, { ...present, ...patch, ...touched(author) })
    return DONE
  }

  changeIndicator(id: number, patch: Partial<RemoteIndicator>, author: string): WriteOutcome {
    this.writes.push(`${'definitionId' in patch ? 'PUT' : 'PATCH'} indicator ${id}`)
    const present = this.indicators.get(id)
    const isBound = patch.definitionId === undefined || this.definitions.has(patch.definitionId)
    if (present === undefined || !isBound) return absent(404, 'ResourceNotFound')
    this.indicators.set(id, { ...present, ...patch, ...touched(author) })
    return DONE
  }

  deleteIndicator(id: number): WriteOutcome {
    this.writes.push(`DELETE indicator ${id}`)
    return this.indicators.delete(id) ? DONE : absent(404, 'ResourceNotFound')
  }

  deleteDefinition(id: number): WriteOutcome {
    this.writes.push(`DELETE definition ${id}`)
    if (!this.definitions.delete(id)) return absent(404, 'ResourceNotFound')
    for (const { Id, definitionId } of this.indicators.values())
      if (definitionId === id) this.indicators.delete(Id)
    return DONE
  }

  #refusal(items: readonly (BoundIndicator | DefinitionBody)[]): WriteOutcome | null {
    if (items.length > this.mostItems) return absent(413, 'PayloadTooLarge')
    const refused: RefusedItem[] = []
    for (const [index, item] of items.entries()) {
      const message = this.refuses(item)
      if (message !== null) refused.push({ index, message })
    }
    if (refused.length === 0) return null
    return { ...absent(400, 'InvalidInput'), refused: this.isNaming ? refused : [] }
  }
}

export interface MemoryProviderOptions {
  readonly tenant: MemoryTenant
  readonly clock: VirtualClock
  /** What goes wrong with the n-th write of this provider, counted from 1. */
  readonly faults?: (write: number) => MemoryFault | null
  /** Called before and after every request: a test kills, waits or counts here. */
  readonly around?: (moment: 'before' | 'after') => void | Promise<void>
  readonly author?: string
  readonly api?: string
}

/** A provider over a tenant in memory, with faults. */
export class MemoryProvider implements Provider {
  readonly api: string
  readonly tenant = 'tenant-1'
  writes = 0
  reads = 0
  readonly #options: MemoryProviderOptions

  constructor(options: MemoryProviderOptions) {
    this.#options = options
    this.api = options.api ?? 'https://ti.example/v1.0'
  }

  async readState(signal: AbortSignal): Promise<RemoteState> {
    return this.#read(signal, () => this.#options.tenant.read())
  }

  async readIndicatorsOf(id: number, signal: AbortSignal): Promise<readonly RemoteIndicator[]> {
    return this.#read(signal, () =>
      this.#options.tenant.read().indicators.filter(({ definitionId }) => definitionId === id),
    )
  }

  createDefinitions(bodies: readonly DefinitionBody[]): Promise<WriteOutcome> {
    return this.#write((tenant, author) => tenant.createDefinitions(bodies, author))
  }

  createIndicators(items: readonly BoundIndicator[]): Promise<WriteOutcome> {
    return this.#write((tenant, author) => tenant.createIndicators(items, author))
  }

  patchDefinition(id: number, patch: DefinitionPatch): Promise<WriteOutcome> {
    return this.#write((tenant, author) => tenant.changeDefinition(id, patch, author))
  }

  patchIndicator(id: number, patch: IndicatorPatch): Promise<WriteOutcome> {
    return this.#write((tenant, author) => tenant.changeIndicator(id, patch, author))
  }

  bindIndicator(id: number, definitionId: number): Promise<WriteOutcome> {
    return this.#write((tenant, author) => tenant.changeIndicator(id, { definitionId }, author))
  }

  deleteIndicator(id: number): Promise<WriteOutcome> {
    return this.#write((tenant) => tenant.deleteIndicator(id))
  }

  deleteDefinition(id: number): Promise<WriteOutcome> {
    return this.#write((tenant) => tenant.deleteDefinition(id))
  }

  async #read<Result>(signal: AbortSignal, read: () => Result): Promise<Result> {
    signal.throwIfAborted()
    this.reads++
    await this.#options.around?.('before')
    const result = read()
    await this.#options.around?.('after')
    return result
  }

  async #write(carryOut: (tenant: MemoryTenant, author: string) => WriteOutcome): Promise<WriteOutcome> {
    const { tenant, clock, author = 'dryfire', around, faults } = this.#options
    this.writes++
    await around?.('before')
    const fault = faults?.(this.writes) ?? null
    const outcome = this.#suffer(fault, () => carryOut(tenant, author), clock)
    await around?.('after')
    return outcome
  }

  #suffer(fault: MemoryFault | null, carryOut: () => WriteOutcome, clock: VirtualClock): WriteOutcome {
    if (fault === null) return carryOut()
    switch (fault.kind) {
      case 'cut-before':
        return LOST
      case 'cut-after':
        carryOut()
        return LOST
      case 'late':
        clock.after(fault.ms, () => {
          carryOut()
        })
        return { kind: 'unknown', status: 504, reason: 'gateway timeout' }
      case 'no-ids': {
        const outcome = carryOut()
        return outcome.kind === 'done' ? DONE : outcome
      }
      case 'throws':
        throw new RemoteError('remote', 'SYNC999', 'the provider gave up')
      case 'refused':
        return absent(fault.status, `Status${fault.status}`)
      default:
        return assertNever(fault)
    }
  }
}

const LOST: WriteOutcome = { kind: 'unknown', status: null, reason: 'the connection was cut' }

function absent(status: number, code: string): Extract<WriteOutcome, { kind: 'absent' }> {
  return {
    kind: 'absent',
    status,
    code,
    message: `refused with ${status}`,
    requestId: 'request-1',
    refused: [],
  }
}

function audit(
  author: string,
): Pick<RemoteDefinition, 'CreatedAt' | 'CreatedBy' | 'LastModifiedAt' | 'LastModifiedBy'> {
  return { CreatedAt: CREATED_AT, CreatedBy: author, LastModifiedAt: null, LastModifiedBy: null }
}

function touched(author: string): Pick<RemoteDefinition, 'LastModifiedAt' | 'LastModifiedBy'> {
  return { LastModifiedAt: CREATED_AT, LastModifiedBy: author }
}

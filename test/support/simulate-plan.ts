import type { RuleSet } from '../../src/model/rule-set.ts'
import { NO_TIME } from '../../src/model/rule-set.ts'
import { parseTime } from '../../src/model/time.ts'
import { indicatorAt } from '../../src/rules/indicator-at.ts'
import type { DefinitionBody, IndicatorBody, RemoteDefinition, RemoteState } from '../../src/sync/entities.ts'
import type { Change, DefinitionReference } from '../../src/sync/plan.ts'

/** What a tenant uses at one moment. */
interface TenantUse {
  readonly definitions: number
  readonly indicators: number
  readonly nonEqualsIndicators: number
}

/** A tenant after every change of a plan, and what it used on the way, the start included. */
export interface Simulation {
  readonly state: RemoteState
  readonly uses: readonly TenantUse[]
}

const AUDIT = { CreatedAt: null, CreatedBy: 'us', LastModifiedAt: null, LastModifiedBy: null }

/**
 * Plays a plan against a model of the service: Ids are counted on, a definition takes along what is bound to it, and
 * every write to something that is not there, or does not hold what the plan says it holds, throws.
 */
export function simulatePlan(start: RemoteState, changes: readonly Change[]): Simulation {
  const tenant = new Tenant(start)
  const uses = [tenant.use()]
  for (const change of changes) {
    tenant.apply(change)
    uses.push(tenant.use())
  }
  return { state: tenant.state(), uses }
}

class Tenant {
  readonly #definitions: Map<number, RemoteDefinition>
  readonly #indicators: Map<number, RemoteState['indicators'][number]>
  readonly #idOfCreated = new Map<string, number>()
  #lastId: number

  constructor({ definitions, indicators }: RemoteState) {
    this.#definitions = new Map(definitions.map((definition) => [definition.Id, definition]))
    this.#indicators = new Map(indicators.map((indicator) => [indicator.Id, indicator]))
    this.#lastId = Math.max(0, ...definitions.map(({ Id }) => Id), ...indicators.map(({ Id }) => Id))
  }

  state(): RemoteState {
    return { definitions: [...this.#definitions.values()], indicators: [...this.#indicators.values()] }
  }

  use(): TenantUse {
    const indicators = [...this.#indicators.values()]
    return {
      definitions: this.#definitions.size,
      indicators: indicators.length,
      nonEqualsIndicators: indicators.filter((i) => i.DetectionFunction.toLowerCase() !== 'equals').length,
    }
  }

  apply(change: Change): void {
    if (change.kind === 'create-definition') {
      const Id = ++this.#lastId
      this.#definitions.set(Id, { ...change.body, ...AUDIT, Id })
      this.#idOfCreated.set(change.body.Name, Id)
    } else if (change.kind === 'patch-definition') {
      this.#definitions.set(change.Id, { ...this.#definition(change.Id), ...change.patch })
    } else if (change.kind === 'patch-indicator') {
      const held = this.#indicator(change.Id, change.definition)
      this.#indicators.set(change.Id, { ...held, ...change.patch })
    } else if (change.kind === 'create-indicator') {
      const Id = ++this.#lastId
      const definitionId = this.#idOf(change.definition)
      this.#indicators.set(Id, { ...change.body, ...AUDIT, Id, definitionId })
    } else if (change.kind === 'rebind-indicator') {
      const held = this.#indicator(change.Id, change.from)
      this.#indicators.set(change.Id, { ...held, definitionId: this.#idOf(change.to) })
    } else if (change.kind === 'delete-indicator') {
      this.#indicator(change.Id, change.definition)
      this.#indicators.delete(change.Id)
    } else {
      this.#deleteDefinition(
        change.Id,
        change.cascade.map((falling) => falling.Id),
      )
    }
  }

  #deleteDefinition(id: number, cascade: readonly number[]): void {
    this.#definition(id)
    const bound = [...this.#indicators.values()].filter(({ definitionId }) => definitionId === id)
    const ids = bound.map(({ Id }) => Id).sort((a, b) => a - b)
    if (ids.join() !== cascade.join())
      throw new Error(`definition ${id} takes ${ids.join()}, planned ${cascade.join()}`)
    for (const boundId of ids) this.#indicators.delete(boundId)
    this.#definitions.delete(id)
  }

  #definition(id: number): RemoteDefinition {
    const definition = this.#definitions.get(id)
    if (definition === undefined) throw new Error(`no definition ${id}`)
    return definition
  }

  #indicator(id: number, definition: DefinitionReference): RemoteState['indicators'][number] {
    const indicator = this.#indicators.get(id)
    if (indicator === undefined || indicator.definitionId !== this.#idOf(definition))
      throw new Error(`no indicator ${id} under ${definition.Name}`)
    return indicator
  }

  #idOf({ Name, Id }: DefinitionReference): number {
    const id = Id ?? this.#idOfCreated.get(Name)
    if (id === undefined || this.#definition(id).Name !== Name) throw new Error(`no definition ${Name}`)
    return id
  }
}

/** What the rules want, as texts that compare: one for each definition and each copy of an indicator, sorted. */
export function wantedTexts(rules: RuleSet): readonly string[] {
  const definitions = rules.definitions.map(definitionText)
  const indicators = Array.from({ length: rules.indicators.count }, (_, row) => {
    const { Type, DetectionFunction, Value } = indicatorAt(rules, row)
    const ticks = rules.indicators.expiresAt?.[row] ?? NO_TIME
    const name = rules.definitions[rules.indicators.definition[row] ?? -1]?.Name ?? ''
    const Enabled = rules.indicators.enabled[row] === 1
    return indicatorText(name, { Type, DetectionFunction, Value, Enabled }, ticks === NO_TIME ? null : ticks)
  })
  return [...definitions, ...indicators].sort()
}

/** What a tenant holds under the given definitions, in the same texts; indicators that `isOpaque` are left out. */
export function heldTexts(
  { definitions, indicators }: RemoteState,
  isWanted: (name: string) => boolean,
  isOpaque: (id: number) => boolean,
): readonly string[] {
  const wanted = definitions.filter(({ Name }) => isWanted(Name))
  const nameOf = new Map(wanted.map(({ Id, Name }) => [Id, Name]))
  const texts = indicators.flatMap((indicator) => {
    const name = nameOf.get(indicator.definitionId)
    if (name === undefined || isOpaque(indicator.Id)) return []
    const { ExpiresAt } = indicator
    return [indicatorText(name, indicator, ExpiresAt === null ? null : parseTime(ExpiresAt))]
  })
  return [...wanted.map(definitionText), ...texts].sort()
}

function definitionText(
  body: Omit<DefinitionBody, 'UxDescription'> & { UxDescription: string | null },
): string {
  const { Name, Title, Severity, Category, UxDescription, Enabled } = body
  const { RecommendedAction, InternalDescription } = body
  const optional = [RecommendedAction ?? '', InternalDescription ?? '']
  return JSON.stringify(['definition', Name, Title, Severity, Category, UxDescription, ...optional, Enabled])
}

function indicatorText(
  name: string,
  ioc: Omit<IndicatorBody, 'ExpiresAt'>,
  expiresAt: bigint | null,
): string {
  const { Type, DetectionFunction, Value, Enabled } = ioc
  // Test values have one spelling for each canonical form but the case of letters.
  return JSON.stringify([name, Type, DetectionFunction, Value.toLowerCase(), String(expiresAt), Enabled])
}

import type { AlertDefinition } from '../model/alert-definition.ts'
import type { OpaqueIndicator } from '../model/rule-set.ts'
import type { DefinitionReading } from './definition-form.ts'
import type { DiagnosticList, Spot } from './diagnostic-list.ts'
import { IndicatorColumnsBuilder } from './indicator-columns-builder.ts'
import { quoted } from './rule-node.ts'
import { listed } from './spelling.ts'

/** Stands in the `definition` column until a reference is resolved. */
export const UNRESOLVED = 0xffff_ffff

/** What an indicator of an API body points to: a definition's Id, looked up when all files are read. */
interface Reference {
  readonly id: number
  readonly spot: Spot
}

/** An opaque indicator whose definition is an index into the draft's definitions, or a reference. */
interface OpaqueReading {
  readonly definition: number
  readonly reference: Reference | null
  readonly indicator: Omit<OpaqueIndicator, 'definitionName'>
}

/** Everything read so far, in the order of reading; definitions keep their place whatever is wrong with them. */
export class RuleSetDraft {
  readonly definitions: DefinitionReading[] = []
  readonly columns: IndicatorColumnsBuilder = new IndicatorColumnsBuilder()
  readonly opaque: OpaqueReading[] = []
  readonly sources: string[] = []
  /** Indicators read, and those among them that an error refused. */
  readCount = 0
  rejectedCount = 0
  /** The first top-level list without an element, which an empty rule set is blamed on. */
  emptyList: Spot | null = null
  readonly #references: (Reference & { readonly row: number })[] = []
  readonly #indexOfSource = new Map<string, number>()
  readonly #indexOfName = new Map<string, number>()
  readonly #indexOfId = new Map<number, number>()
  /** Expanded definitions by their text as it stands: a reply repeats one for each of its indicators. */
  readonly #indexOfExpansion = new Map<string, number>()

  /** Index of a source by its name. */
  sourceIndexOf(name: string): number {
    const known = this.#indexOfSource.get(name)
    if (known !== undefined) return known
    const index = this.sources.push(name) - 1
    this.#indexOfSource.set(name, index)
    return index
  }

  /** Adds a definition and reports a Name or Id that is taken; returns its index. */
  addDefinition(reading: DefinitionReading, diagnostics: DiagnosticList): number {
    const sameName = this.#known(this.#indexOfName, reading.name)
    const sameId = this.#known(this.#indexOfId, reading.id)
    if (sameName !== null) {
      diagnostics.error(reading.nameSpot, {
        code: 'DEF005',
        message: `another definition has the Name ${quoted(reading.name ?? '')}`,
        fix: 'Rename one of the two, or put their IOCs under one definition.',
        related: [{ message: 'the first stands here', spot: sameName.nameSpot }],
      })
    } else if (sameId !== null) {
      diagnostics.error(reading.nameSpot, {
        code: 'DEF008',
        message: `another definition has the Id ${reading.id}`,
        fix: 'Keep one snapshot of the service in the rules.',
        related: [{ message: 'the first stands here', spot: sameId.nameSpot }],
      })
    }
    const index = this.definitions.push(reading) - 1
    if (reading.name !== null && sameName === null) this.#indexOfName.set(reading.name, index)
    if (reading.id !== null && sameId === null) this.#indexOfId.set(reading.id, index)
    return index
  }

  /** The index of an expanded definition that was read before with the same text. */
  indexOfExpansion(text: string): number | null {
    return this.#indexOfExpansion.get(text) ?? null
  }

  /** Adds a definition that stands inside an indicator; the same one may stand elsewhere, with equal properties. */
  addExpansion(text: string, reading: DefinitionReading, diagnostics: DiagnosticList): number {
    const known = reading.id === null ? undefined : this.#indexOfId.get(reading.id)
    const index = known ?? this.addDefinition(reading, diagnostics)
    this.#indexOfExpansion.set(text, index)
    const first = this.definitions[index]
    if (known === undefined || first === undefined) return index
    const difference = differenceOf(first.definition, reading.definition)
    if (difference !== null) {
      diagnostics.error(reading.nameSpot, {
        code: 'DEF007',
        message: `the definition with the Id ${reading.id} has another ${difference} here`,
        fix: 'Fetch the definitions and the IOCs again, at one time.',
        related: [{ message: 'the first copy stands here', spot: first.nameSpot }],
      })
    }
    return index
  }

  /** Notes that the next row's definition is the one with an Id. */
  referTo(id: number, spot: Spot): void {
    this.#references.push({ id, spot, row: this.columns.count })
  }

  /** Puts definitions in the place of references and reports those that lead nowhere. */
  resolveReferences(diagnostics: DiagnosticList): void {
    for (const reference of this.#references) {
      const index = this.#resolve(reference, diagnostics)
      if (index !== null) this.columns.definition[reference.row] = index
    }
    for (const [i, reading] of this.opaque.entries()) {
      if (reading.reference === null) continue
      const index = this.#resolve(reading.reference, diagnostics)
      if (index !== null) this.opaque[i] = { ...reading, definition: index, reference: null }
    }
  }

  #resolve({ id, spot }: Reference, diagnostics: DiagnosticList): number | null {
    const index = this.#indexOfId.get(id)
    if (index !== undefined) return index
    const nearest = [...this.#indexOfId.keys()]
      .sort((a, b) => Math.abs(a - id) - Math.abs(b - id) || a - b)
      .slice(0, 3)
    const names = nearest.map((near) => `${near} ${quoted(this.#nameOf(near))}`)
    const verb = names.length === 1 ? 'the nearest is' : 'the nearest are'
    const present = names.length === 0 ? 'none has an Id at all' : `${verb} ${listed(names)}`
    diagnostics.error(spot, {
      code: 'IOC005',
      message: `no definition of the rules has the Id ${id}; ${present}`,
      fix: 'Add the definitions that the service gave, or fetch the IOCs with $expand=AlertDefinition.',
    })
    this.rejectedCount++
    return null
  }

  #nameOf(id: number): string {
    return this.definitions[this.#indexOfId.get(id) ?? -1]?.name ?? ''
  }

  #known<Key>(map: ReadonlyMap<Key, number>, key: Key | null): DefinitionReading | null {
    const index = key === null ? undefined : map.get(key)
    return index === undefined ? null : (this.definitions[index] ?? null)
  }
}

/** The first property in which two copies of a definition differ; copies with errors are not compared. */
function differenceOf(a: AlertDefinition | null, b: AlertDefinition | null): string | null {
  if (a === null || b === null) return null
  const names = Object.keys(a) as (keyof AlertDefinition)[]
  return names.find((name) => a[name] !== b[name]) ?? null
}

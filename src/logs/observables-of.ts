import type { Observable } from '../model/observable.ts'
import { observe, observeByShape } from './observe.ts'
import type { OpenRecord } from './open-record.ts'

/** What a record shows to the matcher. */
export interface SeenValues {
  readonly observables: readonly Observable[]
  readonly notANameCount: number
}

/**
 * Observables of a record's texts in field order, each once per (type, value, field, text). Where entries hold in some
 * tables only and none of them names the record's, all hold, and the first entry of a field gives the role.
 */
export function observablesOf(record: OpenRecord): SeenValues {
  const found = new DistinctObservables()
  let notANameCount = 0
  for (const { targets, field, text } of record.texts.slice(0, record.textCount)) {
    if (targets === null) {
      const { findings, role } = observeByShape(text)
      for (const { type, value } of findings) found.add({ type, value, field, text, role, scope: null })
      continue
    }
    let isNotAName = false
    for (const target of targets) {
      if (!record.doesHold(target)) continue
      const observation = observe(target.kind, text)
      isNotAName ||= observation.isNotAName
      for (const { type, value } of observation.findings) {
        found.add({ type, value, field, text, role: target.role, scope: target.scope })
      }
    }
    if (isNotAName) notANameCount += 1
  }
  return { observables: found.list, notANameCount }
}

/** Comparing one by one beats a set while there are few; a hostile record may bring a million. */
const FEW = 16

class DistinctObservables {
  readonly #list: Observable[] = []
  #keys: Set<string> | null = null

  get list(): readonly Observable[] {
    return this.#list
  }

  add(observable: Observable): void {
    if (this.#has(observable)) return
    this.#list.push(observable)
    this.#keys?.add(keyOf(observable))
  }

  #has(wanted: Observable): boolean {
    if (this.#keys === null && this.#list.length < FEW) {
      for (const known of this.#list) if (isSame(known, wanted)) return true
      return false
    }
    this.#keys ??= new Set(this.#list.map(keyOf))
    return this.#keys.has(keyOf(wanted))
  }
}

function isSame(a: Observable, b: Observable): boolean {
  return a.field === b.field && a.value === b.value && a.type === b.type && a.text === b.text
}

function keyOf({ type, value, field, text }: Observable): string {
  return JSON.stringify([type, value, field, text])
}

import { RemoteError } from '../remote-error.ts'
import type { RemoteDefinition, RemoteIndicator, RemoteState } from '../entities.ts'

/** What one writing request is about: places in `Plan.changes`, or one surplus indicator that is deleted. */
export interface WriteTask {
  readonly changes: readonly number[]
  readonly surplus: number | null
}

/** What was known when the reply was there. */
export type JournaledOutcome =
  | { readonly kind: 'done'; readonly ids: readonly number[] | null }
  | { readonly kind: 'absent'; readonly status: number; readonly code: string }
  | { readonly kind: 'unknown' }

/** A change that reading back showed, with the Id of what it created. */
export interface FoundChange {
  readonly change: number
  readonly Id: number | null
}

/** What quiet readings said about changes that were sent and not answered. */
export interface Resolution {
  readonly found: readonly FoundChange[]
  readonly missing: readonly number[]
  /** Changes to what is not there any more: they can never happen. */
  readonly gone: readonly number[]
}

/**
 * One fact of an apply, in the order in which they became true. The first is `begin`; `finish` ends a journal.
 * An `intent` without its `outcome` was perhaps sent, perhaps not.
 */
export type JournalEntry =
  | {
      readonly kind: 'begin'
      /** The plan file's text. */
      readonly plan: string
      /** Milliseconds since 1970. */
      readonly at: number
      /** The owned part of the tenant just before the first write. */
      readonly snapshot: RemoteState
      /** Largest Ids of the whole tenant at that moment. */
      readonly maxDefinitionId: number
      readonly maxIndicatorId: number
    }
  | { readonly kind: 'intent'; readonly write: number; readonly task: WriteTask }
  | { readonly kind: 'outcome'; readonly write: number; readonly outcome: JournaledOutcome }
  | ({ readonly kind: 'resolved' } & Resolution)
  | { readonly kind: 'finish'; readonly at: number }

/** The entry as one line's JSON. */
export function encodeEntry(entry: JournalEntry): string {
  return JSON.stringify(entry)
}

/** Reads one entry; throws a RemoteError `safety` for anything that this version does not write. */
export function decodeEntry(text: string): JournalEntry {
  const object = new Fields(JSON.parse(text))
  const kind = object.text('kind')
  switch (kind) {
    case 'begin':
      return {
        kind,
        plan: object.text('plan'),
        at: object.number('at'),
        snapshot: readSnapshot(object.fields('snapshot')),
        maxDefinitionId: object.number('maxDefinitionId'),
        maxIndicatorId: object.number('maxIndicatorId'),
      }
    case 'intent': {
      const task = object.fields('task')
      const surplus = task.isNull('surplus') ? null : task.number('surplus')
      return { kind, write: object.number('write'), task: { changes: task.numbers('changes'), surplus } }
    }
    case 'outcome':
      return { kind, write: object.number('write'), outcome: readOutcome(object.fields('outcome')) }
    case 'resolved':
      return {
        kind,
        found: object.list('found').map(readFound),
        missing: object.numbers('missing'),
        gone: object.numbers('gone'),
      }
    case 'finish':
      return { kind, at: object.number('at') }
    default:
      throw strange(`an entry of kind ${JSON.stringify(kind)}`)
  }
}

function readOutcome(outcome: Fields): JournaledOutcome {
  const kind = outcome.text('kind')
  if (kind === 'unknown') return { kind }
  if (kind === 'absent') return { kind, status: outcome.number('status'), code: outcome.text('code') }
  if (kind === 'done') return { kind, ids: outcome.isNull('ids') ? null : outcome.numbers('ids') }
  throw strange(`an outcome of kind ${JSON.stringify(kind)}`)
}

function readFound(found: Fields): FoundChange {
  return { change: found.number('change'), Id: found.isNull('Id') ? null : found.number('Id') }
}

function readSnapshot(snapshot: Fields): RemoteState {
  return {
    definitions: snapshot.list('definitions').map(readDefinition),
    indicators: snapshot.list('indicators').map(readIndicator),
  }
}

function readDefinition(definition: Fields): RemoteDefinition {
  return {
    Id: definition.number('Id'),
    Name: definition.text('Name'),
    Title: definition.text('Title'),
    Severity: definition.text('Severity'),
    Category: definition.text('Category'),
    UxDescription: definition.textOrNull('UxDescription'),
    RecommendedAction: definition.textOrNull('RecommendedAction'),
    InternalDescription: definition.textOrNull('InternalDescription'),
    Enabled: definition.boolean('Enabled'),
    ...readAudit(definition),
  }
}

function readIndicator(indicator: Fields): RemoteIndicator {
  return {
    Id: indicator.number('Id'),
    Type: indicator.text('Type'),
    DetectionFunction: indicator.text('DetectionFunction'),
    Value: indicator.text('Value'),
    ExpiresAt: indicator.textOrNull('ExpiresAt'),
    Enabled: indicator.boolean('Enabled'),
    ...readAudit(indicator),
    definitionId: indicator.number('definitionId'),
  }
}

function readAudit(
  entity: Fields,
): Pick<RemoteIndicator, 'CreatedAt' | 'CreatedBy' | 'LastModifiedAt' | 'LastModifiedBy'> {
  return {
    CreatedAt: entity.textOrNull('CreatedAt'),
    CreatedBy: entity.textOrNull('CreatedBy'),
    LastModifiedAt: entity.textOrNull('LastModifiedAt'),
    LastModifiedBy: entity.textOrNull('LastModifiedBy'),
  }
}

/** The fields of a JSON object, read one by one with their types checked. */
class Fields {
  readonly #values: ReadonlyMap<string, unknown>

  constructor(value: unknown) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw strange('no object')
    this.#values = new Map(Object.entries(value))
  }

  isNull(name: string): boolean {
    return this.#values.get(name) === null
  }

  text(name: string): string {
    const value = this.#values.get(name)
    if (typeof value !== 'string') throw strange(`${name} that is no text`)
    return value
  }

  textOrNull(name: string): string | null {
    return this.isNull(name) ? null : this.text(name)
  }

  boolean(name: string): boolean {
    const value = this.#values.get(name)
    if (typeof value !== 'boolean') throw strange(`${name} that is neither true nor false`)
    return value
  }

  number(name: string): number {
    return wholeNumber(this.#values.get(name), name)
  }

  numbers(name: string): readonly number[] {
    return this.#array(name).map((value) => wholeNumber(value, name))
  }

  fields(name: string): Fields {
    return new Fields(this.#values.get(name))
  }

  list(name: string): readonly Fields[] {
    return this.#array(name).map((value) => new Fields(value))
  }

  #array(name: string): readonly unknown[] {
    const value = this.#values.get(name)
    if (!Array.isArray(value)) throw strange(`${name} that is no list`)
    return value
  }
}

function wholeNumber(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value))
    throw strange(`${name} that is no whole number`)
  return value
}

function strange(found: string): RemoteError {
  return new RemoteError(
    'safety',
    'APPLY011',
    `the journal cannot be trusted: it holds ${found}`,
    'Run apply --reset-state: the damaged files are kept as a backup, and the next plan starts from the tenant.',
  )
}

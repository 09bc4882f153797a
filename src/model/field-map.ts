import type { IndicatorType } from './indicator.ts'

/** What a field carries, hence how its text becomes observables (semantics 3). Closed. */
export const OBSERVABLE_KINDS = [
  'sha1',
  'sha256',
  'md5',
  'hash-list',
  'ip',
  'domain',
  'url',
  'dns-results',
  'json',
] as const
/** One of `OBSERVABLE_KINDS`. */
export type ObservableKind = (typeof OBSERVABLE_KINDS)[number]

/** Indicator types that a kind can give (semantics 9). */
export const KIND_TYPES: { readonly [K in ObservableKind]: readonly IndicatorType[] } = {
  sha1: ['Sha1'],
  sha256: ['Sha256'],
  md5: ['Md5'],
  'hash-list': ['Sha1', 'Sha256', 'Md5'],
  ip: ['IpAddress'],
  domain: ['IpAddress', 'DomainName'],
  url: ['IpAddress', 'DomainName'],
  'dns-results': ['IpAddress', 'DomainName'],
  json: [],
}

/** Whose value it is, as seen from the device that reported the event. */
export const ROLES = ['object', 'actor', 'remote', 'local'] as const
/** One of `ROLES`. */
export type Role = (typeof ROLES)[number]

/**
 * The switch that a field waits for (semantics 4); null: always matched.
 * `actor-hash`: unless `--hash-scope object`; `local-ip`: `--ip-scope all`; `local-domain`: `--domain-scope all`;
 * `dns-answer`: `--dns-answers on`.
 */
export const FIELD_SCOPES = ['actor-hash', 'local-ip', 'local-domain', 'dns-answer'] as const
/** One of `FIELD_SCOPES`. */
export type FieldScope = (typeof FIELD_SCOPES)[number]

/** One mapped field. */
export interface FieldEntry {
  /**
   * Keys from the record's root to the value, decoded, compared exactly. Array levels are not part of it: `answers`
   * covers `answers[0]`, and `['dns','rdata']` covers `dns[2].rdata`. In delimited files: one element, the column.
   * Under a `json` entry an empty path is the document itself: the strings of its outermost array, or the field's
   * text where that holds no JSON (`UrlChain`).
   */
  readonly path: readonly string[]
  readonly kind: ObservableKind
  readonly role: Role
  readonly scope: FieldScope | null
  /** Tables in which the entry holds; null: every matched table. Compared after aliases. */
  readonly tables: readonly string[] | null
  /** For kind `json`: fields inside the string's document, paths relative to its root. At most two levels deep. */
  readonly nested: readonly FieldEntry[]
}

/** Paths of the fields that say when, where and what an event is; of several the first that is present wins. */
export interface EnvelopePaths {
  readonly time: readonly (readonly string[])[]
  /** When a service received the event: stands in, with a warning, where the event has no time of its own. */
  readonly receivedTime: readonly (readonly string[])[]
  readonly table: readonly (readonly string[])[]
  readonly deviceId: readonly (readonly string[])[]
  readonly deviceName: readonly (readonly string[])[]
  readonly computer: readonly (readonly string[])[]
  readonly localEnd: readonly (readonly string[])[]
  readonly reportId: readonly (readonly string[])[]
  readonly actionType: readonly (readonly string[])[]
  /** How many events one aggregated row stands for (`uniqueEventsAggregated`). */
  readonly represents: readonly (readonly string[])[]
  /** Fields shown beside a detection: process, account, port. */
  readonly context: readonly (readonly string[])[]
}

/** Which fields of a log format carry which observables. Plain data: a worker gets it by structured clone. */
export interface FieldMap {
  readonly name: string
  readonly entries: readonly FieldEntry[]
  readonly envelope: EnvelopePaths
  /** Tables whose records are never matched (inventory and output). */
  readonly unmatchedTables: readonly string[]
  /** Old table names and their present ones (ti-api 5.2), and the prefix that is cut from a table name. */
  readonly tableAliases: Readonly<Record<string, string>>
  readonly tablePrefix: string
  /** `--fields any`: every string is classified by its shape and the entries are not consulted. */
  readonly any: boolean
}

import type { EventRecord } from '../../src/model/event-record.ts'
import type { FieldEntry, FieldMap, Role } from '../../src/model/field-map.ts'
import type { HashType, IndicatorType } from '../../src/model/indicator.ts'
import { HASH_DIGITS } from '../../src/model/indicator.ts'
import type { Observable } from '../../src/model/observable.ts'
import type { Semantics } from '../../src/model/semantics.ts'
import type { NaiveHost } from './naive-canonical.ts'
import {
  naiveHash,
  naiveHostOfDomainField,
  naiveHostOfUrlField,
  naiveIp,
  naiveIpOfField,
} from './naive-canonical.ts'
import type { PathStep, ScannedValue } from './second-scanner.ts'
import { isUtf8, keysOf, printPath, scanValues } from './second-scanner.ts'

/** How many strings within strings are opened. */
const JSON_LEVELS = 2

/** What a record holds before fields are looked up: values in the order in which they stand. */
export interface NaiveFields {
  readonly values: readonly ScannedValue[]
  readonly repaired: boolean
}

/** Fields of a JSON record. */
export function naiveJsonFields(record: Uint8Array): NaiveFields {
  return { values: scanValues(record), repaired: !isUtf8(record) }
}

/** Fields of a delimited record: one key per column, empty cells left out. */
export function naiveCellFields(
  columns: readonly string[],
  cells: readonly string[],
  record: Uint8Array,
): NaiveFields {
  const values = cells.flatMap((text, i): ScannedValue[] => {
    const column = columns[i]
    if (column === undefined || text === '') return []
    return [{ is: 'string', string: { path: [column], text, repaired: false } }]
  })
  return { values, repaired: !isUtf8(record) }
}

/** Reads a record in full, or gives null where its table or ActionType is not matched (semantics 2 to 5). */
export function naiveObserve(
  scanned: NaiveFields,
  fieldMap: FieldMap,
  semantics: Semantics,
  defaultTable: string | null,
): EventRecord | null {
  const fields = { ...scanned, values: opened(scanned.values, fieldMap, semantics) }
  const envelope = fieldMap.envelope
  const written = firstPresent(fields, envelope.table)
  const table = tableName(written ?? defaultTable, fieldMap)
  const actionType = firstPresent(fields, envelope.actionType)
  if (table !== null && fieldMap.unmatchedTables.includes(table)) return null
  // A record that does not say what it is may be what is asked for: doubt keeps it.
  if (isOutside(semantics.tables, table) || isOutside(semantics.actionTypes, actionType)) return null
  const found: Found = { observables: [], wrongTypeCount: 0, notANameCount: 0 }
  if (fieldMap.any) observeAny(scanned.values, found)
  else {
    const entries = fieldMap.entries.filter((entry) => isInTable(entry, table, fieldMap))
    observeAll(scanned.values, [], withNestedUnderObjects(entries, semantics), semantics, JSON_LEVELS, found)
  }
  const represents = firstPresent(fields, envelope.represents)
  const observables = withoutRepeats(found.observables)
  return {
    time: calendarTime(firstPresent(fields, envelope.time) ?? firstPresent(fields, envelope.receivedTime)),
    isTimeOfReceipt:
      firstPresent(fields, envelope.time) === null && firstPresent(fields, envelope.receivedTime) !== null,
    table,
    deviceId: firstPresent(fields, envelope.deviceId),
    deviceName: firstPresent(fields, envelope.deviceName),
    computer: firstPresent(fields, envelope.computer),
    localEnd: firstPresent(fields, envelope.localEnd),
    reportId: firstPresent(fields, envelope.reportId),
    actionType,
    represents: represents === null || !Number.isFinite(Number(represents)) ? null : Number(represents),
    context: contextOf(fields, fieldMap),
    ...found,
    observables,
    repaired: fields.repaired,
  }
}

function isOutside(wanted: readonly string[] | null, found: string | null): boolean {
  return wanted !== null && found !== null && !wanted.includes(found)
}

/** True when the semantics in force look at the field. */
export function isSwitchedOn(entry: FieldEntry, semantics: Semantics): boolean {
  switch (entry.scope) {
    case null:
      return true
    case 'actor-hash':
      return semantics.hashScope === 'both'
    case 'local-ip':
      return semantics.ipScope === 'all'
    case 'local-domain':
      return semantics.domainScope === 'all'
    case 'dns-answer':
      return semantics.dnsAnswers === 'on'
    default:
      throw new Error('unreachable')
  }
}

/** The same text in the same place again is the same match (semantics 8): it is listed once. */
function withoutRepeats(observables: readonly Observable[]): readonly Observable[] {
  const seen = new Set<string>()
  return observables.filter((observable) => {
    const identity = JSON.stringify(observable)
    const isNew = !seen.has(identity)
    seen.add(identity)
    return isNew
  })
}

interface Found {
  readonly observables: Observable[]
  wrongTypeCount: number
  notANameCount: number
}

function observeAll(
  values: readonly ScannedValue[],
  before: readonly PathStep[],
  entries: readonly FieldEntry[],
  semantics: Semantics,
  levels: number,
  found: Found,
): void {
  for (const value of values) {
    const own = value.is === 'string' ? value.string.path : value.other.path
    const mapped = entries.filter(
      (entry) => isSwitchedOn(entry, semantics) && isSamePath(keysOf(own), entry.path),
    )
    if (value.is === 'other') {
      // An object under a field of JSON is read through; anything else that is no string is counted, once.
      const isReadThrough = value.other.scalar === null && mapped.some((entry) => entry.kind === 'json')
      if (mapped.length > 0 && !isReadThrough) found.wrongTypeCount += 1
      continue
    }
    const path = [...before, ...own]
    const { text } = value.string
    for (const entry of mapped) {
      if (entry.kind !== 'json') observeText(text, entry, path, found)
      else if (!looksLikeJson(text)) observeAll([bareValue(text)], path, entry.nested, semantics, 0, found)
      else if (levels > 0) {
        const inner = withNestedUnderObjects([rootOf(entry)], semantics)
        observeAll(openJson(text), path, inner, semantics, levels - 1, found)
      }
    }
  }
}

/** A text under a field of JSON that is no JSON stands for itself: `UrlChain` may hold a bare URL. */
function looksLikeJson(text: string): boolean {
  return /^[ \t\r\n]*[[{"]/.test(text)
}

function bareValue(text: string): ScannedValue {
  return { is: 'string', string: { path: [], text, repaired: false } }
}

function openJson(text: string): readonly ScannedValue[] {
  return scanValues(Buffer.from(text, 'utf8'), true)
}

/** JSON in a string may again be a string of JSON: it stands under the same field. */
function rootOf(entry: FieldEntry): FieldEntry {
  return { ...entry, path: [] }
}

/** All values, those inside strings of JSON too, after the string they stand in. */
function opened(
  values: readonly ScannedValue[],
  fieldMap: FieldMap,
  semantics: Semantics,
): readonly ScannedValue[] {
  const jsonPaths = withNestedUnderObjects(fieldMap.entries, semantics)
    .filter((entry) => entry.kind === 'json')
    .map((entry) => entry.path)
  const open = (value: ScannedValue, levels: number): readonly ScannedValue[] => {
    if (value.is !== 'string' || levels === 0 || !looksLikeJson(value.string.text)) return [value]
    const { path, text } = value.string
    if (!jsonPaths.some((jsonPath) => isSamePath(keysOf(path), jsonPath))) return [value]
    return [value, ...openJson(text).flatMap((inner) => open(prefixed(inner, path), levels - 1))]
  }
  return values.flatMap((value) => open(value, JSON_LEVELS))
}

function prefixed(value: ScannedValue, before: readonly PathStep[]): ScannedValue {
  if (value.is === 'string')
    return { is: 'string', string: { ...value.string, path: [...before, ...value.string.path] } }
  return { is: 'other', other: { ...value.other, path: [...before, ...value.other.path] } }
}

/**
 * A field of JSON may hold the object itself: its nested entries then stand under its own path. A field that is
 * switched off takes what is nested in it along.
 */
function withNestedUnderObjects(entries: readonly FieldEntry[], semantics: Semantics): readonly FieldEntry[] {
  return entries
    .filter((entry) => isSwitchedOn(entry, semantics))
    .flatMap((entry) => [
      entry,
      ...withNestedUnderObjects(entry.nested, semantics)
        .filter((nested) => nested.path.length > 0)
        .map((nested) => ({ ...nested, path: [...entry.path, ...nested.path] })),
    ])
}

function observeText(text: string, entry: FieldEntry, path: readonly PathStep[], found: Found): void {
  const add = (type: IndicatorType, value: string | null): void => {
    if (value === null) return
    const { role, scope } = entry
    found.observables.push({ type, value, field: printPath(path), text, role, scope })
  }
  const addHost = (host: NaiveHost): void => {
    if (host.is === 'ip') add('IpAddress', host.value)
    if (host.is === 'domain') add('DomainName', host.value)
    if (host.is === 'not-a-name') found.notANameCount += 1
  }
  switch (entry.kind) {
    case 'sha1':
      return add('Sha1', naiveHash('Sha1', text))
    case 'sha256':
      return add('Sha256', naiveHash('Sha256', text))
    case 'md5':
      return add('Md5', naiveHash('Md5', text))
    case 'hash-list':
      for (const [type, digits] of hashesOfList(text)) add(type, naiveHash(type, digits))
      return
    case 'ip':
      return add('IpAddress', naiveIpOfField(text))
    case 'domain':
      return addHost(naiveHostOfDomainField(text))
    case 'url':
      return addHost(naiveHostOfUrlField(text))
    case 'dns-results':
      // Answers hold texts of many kinds: one that is no name is nothing to count.
      for (const answer of answersOf(text)) {
        const address = naiveIpOfField(answer)
        const host = naiveHostOfDomainField(answer)
        if (address !== null) add('IpAddress', address)
        else if (host.is !== 'not-a-name') addHost(host)
      }
      return
    case 'json':
      return
    default:
      throw new Error('unreachable')
  }
}

/** `SHA1=…,MD5=…`; other names (IMPHASH) give nothing. */
function hashesOfList(text: string): readonly (readonly [HashType, string])[] {
  const names: ReadonlyMap<string, HashType> = new Map([
    ['SHA1', 'Sha1'],
    ['SHA256', 'Sha256'],
    ['MD5', 'Md5'],
  ])
  return text.split(',').flatMap((piece): (readonly [HashType, string])[] => {
    const equals = piece.indexOf('=')
    const type = names.get(piece.slice(0, Math.max(0, equals)).trim().toUpperCase())
    return type === undefined ? [] : [[type, piece.slice(equals + 1).trim()]]
  })
}

/** `type:  5 a.example;::ffff:1.2.3.4;`: names and addresses between semicolons. */
function answersOf(text: string): readonly string[] {
  return text
    .split(';')
    .map((piece) => piece.trim().replace(/^type:\s*[0-9]+\s+/i, ''))
    .filter((piece) => piece !== '')
}

function observeAny(values: readonly ScannedValue[], found: Found): void {
  for (const value of values) {
    if (value.is !== 'string') continue
    const { path, text } = value.string
    const role: Role = 'object'
    const common = { field: printPath(path), text, role, scope: null }
    const hash = (['Sha1', 'Sha256', 'Md5'] as const).find((type) => HASH_DIGITS[type] === text.length)
    const hex = hash === undefined ? null : naiveHash(hash, text)
    if (hash !== undefined && hex !== null) found.observables.push({ type: hash, value: hex, ...common })
    const address = naiveIp(text)
    if (address !== null) found.observables.push({ type: 'IpAddress', value: address, ...common })
  }
}

function isInTable(entry: FieldEntry, table: string | null, fieldMap: FieldMap): boolean {
  if (entry.tables === null) return true
  if (table !== null && isKnownTable(table, fieldMap)) return entry.tables.includes(table)
  // An unknown or missing table: the union of all columns; a column that depends on the table is then the actor's.
  const rivals = fieldMap.entries.filter(
    (rival) => rival.tables !== null && isSamePath(rival.path, entry.path),
  )
  return entry.role === 'actor' || !rivals.some((rival) => rival.role === 'actor')
}

function isKnownTable(table: string, fieldMap: FieldMap): boolean {
  return fieldMap.entries.some((entry) => entry.tables?.includes(table) === true)
}

function tableName(written: string | null, fieldMap: FieldMap): string | null {
  if (written === null) return null
  const prefix = fieldMap.tablePrefix
  const name = prefix !== '' && written.startsWith(prefix) ? written.slice(prefix.length) : written
  return Object.hasOwn(fieldMap.tableAliases, name) ? (fieldMap.tableAliases[name] ?? name) : name
}

/** Seconds since 1970, nine to eleven digits of them, are shown as a date; seven decimals count, and zeros at the end do not. */
function calendarTime(time: string | null): string | null {
  const [, seconds, , decimals = ''] = /^(\d{9,11})(\.(\d{1,20}))?$/.exec(time ?? '') ?? []
  if (seconds === undefined) return time
  const fraction = decimals.slice(0, 7).replace(/0+$/, '')
  const date = new Date(Number(seconds) * 1000).toISOString().slice(0, 19)
  return `${date}${fraction === '' ? '' : `.${fraction}`}Z`
}

function firstPresent(fields: NaiveFields, paths: readonly (readonly string[])[]): string | null {
  for (const path of paths) {
    const text = lastText(fields, path)
    if (text !== null && text !== '') return text
  }
  return null
}

/** The last value under a path as text, in arrays too: a string, or a number as its text. */
function lastText(fields: NaiveFields, path: readonly string[]): string | null {
  let last: string | null = null
  for (const value of fields.values) {
    const own = value.is === 'string' ? value.string.path : value.other.path
    if (!isSamePath(keysOf(own), path)) continue
    if (value.is === 'string') last = value.string.text
    else if (value.other.scalar !== null) last = isNumber(value.other.scalar) ? value.other.scalar : null
  }
  return last
}

/** Lenient like the scanner: what begins as a number counts as one, by its text. */
function isNumber(scalar: string): boolean {
  return /^-?[0-9]/.test(scalar)
}

/** Companions by the last key of their path, by the whole path where two share that key. */
function contextOf(fields: NaiveFields, fieldMap: FieldMap): Readonly<Record<string, string>> {
  const paths = fieldMap.envelope.context
  const entries = paths.flatMap((path): [string, string][] => {
    const text = lastText(fields, path)
    const isShared = paths.filter((other) => other.at(-1) === path.at(-1)).length > 1
    const key = isShared ? path.join('.') : (path.at(-1) ?? '')
    return text === null || text === '' ? [] : [[key, text]]
  })
  return Object.fromEntries(entries)
}

function isSamePath(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((step, i) => step === b[i])
}

import { canonicalHash, hashTypeOfLength } from '../canonical/hash.ts'
import { type HostObservation, hostOfDomainField, hostOfUrlField } from '../canonical/host.ts'
import { ipOfField } from '../canonical/ip.ts'
import { assertNever } from '../model/assert-never.ts'
import type { ObservableKind, Role } from '../model/field-map.ts'
import type { HashType, IndicatorType } from '../model/indicator.ts'

/** A canonical value found in a field's text. */
export interface Finding {
  readonly type: IndicatorType
  readonly value: string
}

/** What one text of one kind holds; `isNotAName` marks texts under name fields that cannot be names. */
export interface Observation {
  readonly findings: readonly Finding[]
  readonly isNotAName: boolean
}

const NOTHING: Observation = { findings: [], isNotAName: false }
const NOT_A_NAME: Observation = { findings: [], isNotAName: true }

/** The observables in a field's text, by the kind of the field (semantics 3 and 5). Total; an empty text holds none. */
export function observe(kind: ObservableKind, text: string): Observation {
  if (text === '') return NOTHING
  switch (kind) {
    case 'sha1':
      return observeHash('Sha1', text)
    case 'sha256':
      return observeHash('Sha256', text)
    case 'md5':
      return observeHash('Md5', text)
    case 'hash-list':
      return { findings: hashesOfList(text), isNotAName: false }
    case 'ip':
      return observeIp(text)
    case 'domain':
      return ofHost(hostOfDomainField(text))
    case 'url':
      return ofHost(hostOfUrlField(text))
    case 'dns-results':
      return { findings: dnsResults(text), isNotAName: false }
    case 'json':
      return NOTHING
    default:
      return assertNever(kind)
  }
}

/** What a text looks like by itself, and whose it is taken for (`--fields any`). */
export function observeByShape(text: string): { readonly findings: readonly Finding[]; readonly role: Role } {
  const hashType = hashTypeOfLength(text.length)
  const hash = hashType === null ? null : canonicalHash(hashType, text)
  if (hashType !== null && hash !== null)
    return { findings: [{ type: hashType, value: hash }], role: 'object' }
  if (HASH_LIST_SHAPE.test(text)) return { findings: hashesOfList(text), role: 'object' }
  const address = ipOfField(text)
  if (address !== null) return { findings: [{ type: 'IpAddress', value: address }], role: 'remote' }
  if (URL_SHAPE.test(text)) return { findings: ofHost(hostOfUrlField(text)).findings, role: 'remote' }
  const isName = NAME_SHAPE.test(text)
  return { findings: isName ? ofHost(hostOfDomainField(text)).findings : [], role: 'remote' }
}

const HASH_LIST_SHAPE = /^(?:SHA1|MD5|SHA256|IMPHASH)=/i
const URL_SHAPE = /^(?:[A-Za-z][A-Za-z0-9+.-]*:)?\/\//
/** Two labels or more, the last not only digits: numbers and dates are no names. */
const NAME_SHAPE = /^[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*\.(?=[^.]*[^\d.])[\p{L}\p{N}_-]+\.*$/u

function observeHash(type: HashType, text: string): Observation {
  const value = canonicalHash(type, text)
  return value === null ? NOTHING : { findings: [{ type, value }], isNotAName: false }
}

function observeIp(text: string): Observation {
  const value = ipOfField(text)
  return value === null ? NOTHING : { findings: [{ type: 'IpAddress', value }], isNotAName: false }
}

function ofHost(host: HostObservation): Observation {
  switch (host.kind) {
    case 'domain':
      return { findings: [{ type: 'DomainName', value: host.value }], isNotAName: false }
    case 'ip':
      return { findings: [{ type: 'IpAddress', value: host.value }], isNotAName: false }
    case 'none':
      return NOTHING
    case 'not-a-name':
      return NOT_A_NAME
    default:
      return assertNever(host)
  }
}

/** IMPHASH has the shape of an MD5 and is none, so names decide and not lengths. */
const LISTED_HASHES: ReadonlyMap<string, HashType> = new Map([
  ['SHA1', 'Sha1'],
  ['SHA256', 'Sha256'],
  ['MD5', 'Md5'],
])

/** Sysmon's `SHA1=…,MD5=…,SHA256=…,IMPHASH=…`. */
function hashesOfList(text: string): Finding[] {
  const findings: Finding[] = []
  for (const item of text.split(',')) {
    const equals = item.indexOf('=')
    const type = LISTED_HASHES.get(item.slice(0, Math.max(equals, 0)).trim().toUpperCase())
    const value = type === undefined ? null : canonicalHash(type, item.slice(equals + 1).trim())
    if (type !== undefined && value !== null) findings.push({ type, value })
  }
  return findings
}

const DNS_RECORD_TYPE = /^type:\s*\d+\s+/i

/** Sysmon's `type:  5 a.example;::ffff:1.2.3.4;`, or a single name or address. */
function dnsResults(text: string): Finding[] {
  return text.split(';').flatMap((item) => {
    const answer = item.trim().replace(DNS_RECORD_TYPE, '')
    const address = ipOfField(answer)
    if (address !== null) return [{ type: 'IpAddress', value: address }]
    return answer === '' ? [] : ofHost(hostOfDomainField(answer)).findings
  })
}

import { closeSync, openSync, readSync } from 'node:fs'
import { isIPv4, isIPv6 } from 'node:net'
import type { DetectionFunction, IndicatorType } from '../../src/model/indicator.ts'
import type { BenchIndicator } from './indicators.ts'

const CHUNK_BYTES = 1 << 20
const LINE_FEED = 0x0a

/** Columns under `properties`, and names inside `AdditionalFields`, with what they carry. */
const HASH_COLUMNS: readonly (readonly [column: string, type: IndicatorType, digits: number])[] = [
  ['SHA1', 'Sha1', 40],
  ['SHA256', 'Sha256', 64],
  ['MD5', 'Md5', 32],
  ['InitiatingProcessSHA1', 'Sha1', 40],
  ['InitiatingProcessSHA256', 'Sha256', 64],
  ['InitiatingProcessMD5', 'Md5', 32],
]
const IP_COLUMNS = ['RemoteIP', 'FileOriginIP', 'RequestSourceIP', 'SenderIPv4', 'SenderIPv6', 'IPAddress']
const URL_COLUMNS = ['RemoteUrl', 'FileOriginUrl', 'FileOriginReferrerUrl', 'Url']
const DOMAIN_COLUMNS = ['UrlDomain', 'SenderFromDomain', 'SenderMailFromDomain']
const NESTED_NAMES = ['DnsQueryString', 'query', 'server_name', 'host']

/** Values of one type and function by their length, so that a text is cut once per length. */
type ByLength = Map<number, Set<string>>

interface TypeSets {
  readonly equals: Set<string>
  readonly startWith: ByLength
  readonly endWith: ByLength
  readonly contains: ByLength
}

/**
 * What a careful engineer writes in an afternoon: chunks, JSON.parse per line, a Set for Equals and one Set per
 * length for the rest. Exact, with the same fields and the same canonical forms as the engine.
 */
export class SensibleNode {
  readonly #types: Readonly<Record<IndicatorType, TypeSets>>

  private constructor(indicators: Iterable<BenchIndicator>) {
    this.#types = {
      Sha1: emptySets(),
      Sha256: emptySets(),
      Md5: emptySets(),
      IpAddress: emptySets(),
      DomainName: emptySets(),
    }
    for (const { Type, DetectionFunction, Value } of indicators)
      add(this.#types[Type], DetectionFunction, Value)
  }

  static open(indicators: Iterable<BenchIndicator>): SensibleNode {
    return new SensibleNode(indicators)
  }

  /** Counts the lines of a file that match. */
  countFile(path: string): number {
    const file = openSync(path, 'r')
    try {
      let carried = Buffer.alloc(0)
      let count = 0
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
      for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
        const bytes =
          carried.length === 0 ? chunk.subarray(0, read) : Buffer.concat([carried, chunk.subarray(0, read)])
        const whole = bytes.lastIndexOf(LINE_FEED) + 1
        count += this.countLines(bytes.subarray(0, whole))
        carried = Buffer.from(bytes.subarray(whole))
      }
      return count + this.countLines(carried)
    } finally {
      closeSync(file)
    }
  }

  /** Counts the lines that match. */
  countLines(bytes: Buffer): number {
    let count = 0
    for (let start = 0; start < bytes.length;) {
      const feed = bytes.indexOf(LINE_FEED, start)
      const end = feed === -1 ? bytes.length : feed
      if (end > start && this.#isHit(bytes.toString('utf8', start, end))) count += 1
      start = end + 1
    }
    return count
  }

  #isHit(line: string): boolean {
    const event: unknown = JSON.parse(line)
    const row = member(event, 'properties')
    for (const [column, type, digits] of HASH_COLUMNS) {
      const text = member(row, column)
      if (typeof text === 'string' && text.length === digits && this.#matches(type, text.toLowerCase()))
        return true
    }
    for (const column of IP_COLUMNS) {
      const text = member(row, column)
      const address = typeof text === 'string' && text !== '' ? addressOf(text) : null
      if (address !== null && this.#matches('IpAddress', address)) return true
    }
    for (const column of URL_COLUMNS) if (this.#hostMatches(member(row, column), true)) return true
    for (const column of DOMAIN_COLUMNS) if (this.#hostMatches(member(row, column), false)) return true
    const chain = member(row, 'UrlChain')
    if (Array.isArray(chain) && chain.some((url) => this.#hostMatches(url, true))) return true
    return this.#additionalMatches(member(row, 'AdditionalFields'))
  }

  #additionalMatches(fields: unknown): boolean {
    const inner: unknown = typeof fields === 'string' && fields.startsWith('{') ? JSON.parse(fields) : fields
    return NESTED_NAMES.some((name) => this.#hostMatches(member(inner, name), name === 'host'))
  }

  #hostMatches(text: unknown, isUrl: boolean): boolean {
    if (typeof text !== 'string' || text === '') return false
    const host = (isUrl ? hostOf(text) : text).replace(/\.+$/, '')
    const address = addressOf(host)
    if (address !== null) return this.#matches('IpAddress', address)
    return host !== '' && this.#matches('DomainName', host.toLowerCase())
  }

  #matches(type: IndicatorType, text: string): boolean {
    const { equals, startWith, endWith, contains } = this.#types[type]
    if (equals.has(text)) return true
    for (const [length, values] of startWith) if (values.has(text.slice(0, length))) return true
    for (const [length, values] of endWith) if (values.has(text.slice(-length))) return true
    for (const [length, values] of contains) {
      for (let i = 0; i + length <= text.length; i += 1)
        if (values.has(text.slice(i, i + length))) return true
    }
    return false
  }
}

function emptySets(): TypeSets {
  return { equals: new Set(), startWith: new Map(), endWith: new Map(), contains: new Map() }
}

function add(sets: TypeSets, fn: DetectionFunction, value: string): void {
  if (fn === 'Equals') {
    sets.equals.add(value)
    return
  }
  const byLength = fn === 'StartWith' ? sets.startWith : fn === 'EndWith' ? sets.endWith : sets.contains
  const values = byLength.get(value.length) ?? new Set<string>()
  byLength.set(value.length, values.add(value))
}

/** A property of parsed JSON; what is not there or no object has none. */
function member(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** Canonical text of an address; IPv6 by way of the platform's own URL parser, which writes RFC 5952. */
function addressOf(text: string): string | null {
  if (isIPv4(text)) return text
  const bare = text.replace(/^\[/, '').replace(/\].*$/, '').replace(/%.*$/, '')
  if (!isIPv6(bare)) return isIPv4(text.replace(/:\d+$/, '')) ? text.replace(/:\d+$/, '') : null
  const canonical = new URL(`http://[${bare}]`).hostname.slice(1, -1)
  const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(canonical)
  if (mapped === null) return canonical
  const high = Number.parseInt(mapped[1] ?? '', 16)
  const low = Number.parseInt(mapped[2] ?? '', 16)
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

function hostOf(url: string): string {
  const authority = /^(?:(?:[A-Za-z][A-Za-z0-9+.-]*:)?\/\/)?([^/\\?#]*)/.exec(url)?.[1] ?? ''
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  return host.replace(/^([^:]*):\d+$/, '$1').replace(/^\[(.*)\](?::\d+)?$/, '$1')
}

import { OBSERVABLE_KINDS, type ObservableKind } from '../../model/field-map.ts'
import { AddressText } from './address-text.ts'
import { HashProbe } from './hash-probe.ts'
import { HostProbe } from './host-probe.ts'
import { IpProbe } from './ip-probe.ts'
import { BACKSLASH, QUOTE } from '../../canonical/ascii.ts'
import { isStringEnd } from './json-bytes.ts'
import { MD5, SHA1, SHA256, type SieveTarget } from './sieve-target.ts'

/** A set of kinds as bits: bit i is `OBSERVABLE_KINDS[i]`. */
export type KindSet = number

/** The set that holds these kinds. */
export function kindSet(kinds: readonly ObservableKind[]): KindSet {
  return kinds.reduce((set, kind) => set | (1 << OBSERVABLE_KINDS.indexOf(kind)), 0)
}

const SHA1_KIND = kindSet(['sha1'])
const SHA256_KIND = kindSet(['sha256'])
const MD5_KIND = kindSet(['md5'])
const HASH_LIST_KIND = kindSet(['hash-list'])
const IP_KIND = kindSet(['ip'])
const DOMAIN_KIND = kindSet(['domain'])
const URL_KIND = kindSet(['url'])
const DNS_RESULTS_KIND = kindSet(['dns-results'])

const HOST_KINDS = kindSet(['domain', 'url', 'dns-results'])

/** The kind of a field that holds JSON in a string. Beside others it says that their values may stand at its root. */
export const JSON_KIND: KindSet = kindSet(['json'])

const TAB = 0x09
const BLANK = 0x20
const SEMICOLON = 0x3b

/** Canonicalises one string value for each kind that its key has, and asks the matcher about it. */
export class ValueProbe {
  readonly #hash: HashProbe
  readonly #ip: IpProbe
  readonly #host: HostProbe

  private constructor(target: SieveTarget) {
    const address = new AddressText()
    this.#hash = HashProbe.open(target)
    this.#ip = IpProbe.open(target, address)
    this.#host = HostProbe.open(target, address)
  }

  static open(target: SieveTarget): ValueProbe {
    return new ValueProbe(target)
  }

  /**
   * Says whether the string whose text begins at `start` may match. The string ends at its quote or at `end`,
   * whichever comes first; an escape that could hide something is a yes.
   */
  mayMatch(kinds: KindSet, bytes: Uint8Array, start: number, end: number, isNested: boolean): boolean {
    const hash = this.#hash
    // Nearly every key has one kind, and most values are digests.
    if (kinds === SHA1_KIND) return hash.mayMatch(SHA1, 40, bytes, start, end, isNested)
    if (kinds === SHA256_KIND) return hash.mayMatch(SHA256, 64, bytes, start, end, isNested)
    if (kinds === MD5_KIND) return hash.mayMatch(MD5, 32, bytes, start, end, isNested)
    if ((kinds & SHA1_KIND) !== 0 && hash.mayMatch(SHA1, 40, bytes, start, end, isNested)) return true
    if ((kinds & SHA256_KIND) !== 0 && hash.mayMatch(SHA256, 64, bytes, start, end, isNested)) return true
    if ((kinds & MD5_KIND) !== 0 && hash.mayMatch(MD5, 32, bytes, start, end, isNested)) return true
    if ((kinds & HASH_LIST_KIND) !== 0 && hash.listMayMatch(bytes, start, end, isNested)) return true
    if ((kinds & IP_KIND) !== 0 && this.#ip.mayMatch(bytes, start, end, isNested)) return true
    if ((kinds & DOMAIN_KIND) !== 0 && this.#host.domainMayMatch(bytes, start, end, isNested)) return true
    if ((kinds & URL_KIND) !== 0 && this.#host.urlMayMatch(bytes, start, end, isNested)) return true
    return (kinds & DNS_RESULTS_KIND) !== 0 && this.#answersMayMatch(bytes, start, end, isNested)
  }

  /**
   * Says whether an indicator may occur in a text that some kind of host may take as a name as it stands. Escapes need
   * not be undone, since no indicator of a name holds a character that JSON escapes.
   */
  textMayMatch(kinds: KindSet, bytes: Uint8Array, start: number, end: number): boolean {
    return (kinds & HOST_KINDS) !== 0 && this.#host.textMayMatch(bytes, start, end)
  }

  /**
   * `type:  5 a.example;::ffff:1.2.3.4;` or one plain value. Each piece between blanks and semicolons is asked about:
   * no indicator holds one of them, so that a finer cut than the exact path's misses nothing.
   */
  #answersMayMatch(bytes: Uint8Array, start: number, end: number, isNested: boolean): boolean {
    let pieceStart = start
    let i = start
    for (; i < end; i += 1) {
      const byte = bytes[i]! // i < end
      if (byte === QUOTE || byte === BACKSLASH) {
        if (!isStringEnd(bytes, i, end, isNested)) return true
        break
      }
      if (byte !== BLANK && byte !== TAB && byte !== SEMICOLON) continue
      if (i > pieceStart && this.#answerMayMatch(bytes, pieceStart, i)) return true
      pieceStart = i + 1
    }
    return i > pieceStart && this.#answerMayMatch(bytes, pieceStart, i)
  }

  /** One answer: a name, or an address with or without a port. */
  #answerMayMatch(bytes: Uint8Array, start: number, end: number): boolean {
    return this.#host.nameMayMatch(bytes, start, end) || this.#ip.mayMatch(bytes, start, end, false)
  }
}

import { OBSERVABLE_KINDS, type ObservableKind } from '../../src/model/field-map.ts'
import type { KeyTable, MappedKey } from '../../src/model/key-table.ts'

/** Defender's mapped columns (semantics 4) that are matched by default, as keys with their kinds. */
const DEFENDER_KEYS: readonly (readonly [key: string, ...kinds: ObservableKind[]])[] = [
  ['SHA1', 'sha1'],
  ['SHA256', 'sha256'],
  ['MD5', 'md5'],
  ['InitiatingProcessSHA1', 'sha1'],
  ['InitiatingProcessSHA256', 'sha256'],
  ['InitiatingProcessMD5', 'md5'],
  ['RemoteIP', 'ip'],
  ['FileOriginIP', 'ip'],
  ['RequestSourceIP', 'ip'],
  ['SenderIPv4', 'ip'],
  ['SenderIPv6', 'ip'],
  ['IPAddress', 'ip'],
  ['RemoteUrl', 'url'],
  ['FileOriginUrl', 'url'],
  ['FileOriginReferrerUrl', 'url'],
  ['Url', 'url'],
  ['UrlChain', 'url'],
  ['UrlDomain', 'domain'],
  ['SenderFromDomain', 'domain'],
  ['SenderMailFromDomain', 'domain'],
  ['AdditionalFields', 'json'],
]

const NESTED_KEYS: readonly (readonly [key: string, ...kinds: ObservableKind[]])[] = [
  ['DnsQueryString', 'domain'],
  ['query', 'domain'],
  ['server_name', 'domain'],
  ['host', 'domain'],
]

/** The keys of Defender's streaming format that are matched by default. */
export function defenderKeyTable(): KeyTable {
  return keyTable(DEFENDER_KEYS, NESTED_KEYS)
}

/** A table of plain and nested keys. */
export function keyTable(
  plain: readonly (readonly [key: string, ...kinds: ObservableKind[]])[],
  nested: readonly (readonly [key: string, ...kinds: ObservableKind[]])[] = [],
): KeyTable {
  const keys = [...plain.map((row) => mappedKey(row, false)), ...nested.map((row) => mappedKey(row, true))]
  return { keys, incompleteReason: null }
}

function mappedKey([key, ...kinds]: readonly [string, ...ObservableKind[]], isNested: boolean): MappedKey {
  const ordered = OBSERVABLE_KINDS.filter((kind) => kinds.includes(kind))
  return { key, bytes: new TextEncoder().encode(key), kinds: ordered, isNested }
}

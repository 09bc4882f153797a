import { type FieldEntry, type FieldMap, OBSERVABLE_KINDS, type ObservableKind } from '../model/field-map.ts'
import type { KeyTable, MappedKey } from '../model/key-table.ts'
import { type ScopeSemantics, isScopeOn } from './scope.ts'

interface KeyUse {
  readonly kinds: Set<ObservableKind>
  isNested: boolean
}

/**
 * The keys under which mapped values stand, for scans that look for keys without parsing. Only entries that the
 * semantics switch on count. Keys are unique and sorted by their bytes.
 */
export function buildKeyTable(fieldMap: FieldMap, semantics: ScopeSemantics): KeyTable {
  if (fieldMap.any) {
    return { keys: [], incompleteReason: 'every string is looked at, whatever its key (--fields any)' }
  }
  const uses = new Map<string, KeyUse>()
  const deepKey = collectKeys(fieldMap.entries, '', 0, semantics, uses)
  const incompleteReason =
    deepKey === null ? null : `the key ${JSON.stringify(deepKey)} stands in JSON inside JSON inside a string`
  return { keys: sortedKeys(uses), incompleteReason }
}

/** Notes every key; returns one that stands in JSON inside JSON inside a string, where keys are escaped twice. */
function collectKeys(
  entries: readonly FieldEntry[],
  parentKey: string,
  level: number,
  semantics: ScopeSemantics,
  out: Map<string, KeyUse>,
): string | null {
  let deepKey: string | null = null
  for (const entry of entries) {
    if (!isScopeOn(entry.scope, semantics)) continue
    // An empty path is the document itself: its values stand under the key of the field that holds it.
    const key = entry.path.at(-1) ?? parentKey
    const use = out.get(key) ?? { kinds: new Set(), isNested: false }
    use.kinds.add(entry.kind)
    if (level > 0 && entry.path.length > 0) use.isNested = true
    if (level > 1 && entry.path.length > 0) deepKey ??= key
    out.set(key, use)
    deepKey ??= collectKeys(entry.nested, key, level + 1, semantics, out)
  }
  return deepKey
}

function sortedKeys(uses: ReadonlyMap<string, KeyUse>): MappedKey[] {
  return [...uses]
    .map(([key, use]) => ({
      key,
      bytes: new Uint8Array(Buffer.from(key, 'utf8')),
      kinds: OBSERVABLE_KINDS.filter((kind) => use.kinds.has(kind)),
      isNested: use.isNested,
    }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
}

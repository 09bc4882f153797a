import { assertNever } from '../model/assert-never.ts'
import { buildAhoCorasick } from './aho-corasick.ts'
import { Checksum, type BlockMixer } from './checksum.ts'
import { CompileError } from './compile-error.ts'
import { buildKeySet } from './key-set.ts'
import {
  FUNCTION_COUNT,
  FUNCTION_END_WITH,
  RUN_WORDS,
  STRUCTURE_IPV4,
  STRUCTURE_IPV6,
  STRUCTURES,
  structureOf,
  structureSection,
  TYPE_IP,
} from './image-layout.ts'
import type { StructureSection } from './image-layout.ts'
import type { HashSeed } from './key-hash.ts'
import { textsOfStructure } from './image-structures.ts'
import type { CompiledRows } from './compiled-rows.ts'
import type { PatternGroups } from './pattern-groups.ts'
import type { StructurePatterns } from './postings.ts'
import type { PatternSource } from './sieve/filter-patterns.ts'
import type { RowValues } from './row-values.ts'
import { isPrintable, joinTexts, type TextList, type TextPick } from './text-list.ts'
import { buildTextSet } from './text-set.ts'
import { buildTrie } from './trie.ts'

/** All index structures of an image, ready to be laid out. */
export interface BuiltStructures {
  readonly seed: HashSeed
  /** One per member of `STRUCTURES`. */
  readonly patterns: readonly StructurePatterns[]
  readonly structureBase: Uint32Array
  /** Texts of all patterns that are not binary keys, in pattern order. */
  readonly texts: TextList
  readonly sections: ReadonlyMap<number, ArrayBufferView>
  /** The same patterns for the sieve's filters. */
  readonly source: PatternSource
}

type SelectedRows = Pick<CompiledRows, 'rows' | 'doAscend'>

/** What one structure is built from: its ids, and per id a binary key or a text. */
interface StructureInput {
  readonly ids: Uint32Array
  readonly keys: Uint32Array
  /** True where the keys are known to ascend strictly. */
  readonly doKeysAscend: boolean
  readonly texts: TextList
}

interface Built {
  /** Binary keys; none where patterns are texts. */
  readonly keys: Uint32Array
  readonly groups: PatternGroups
  readonly sections: readonly (readonly [StructureSection, ArrayBufferView])[]
}

/** Sorts the indicators into their structures, derives the seed from all of them, and builds each one. */
export function buildStructures(
  values: RowValues,
  selected: SelectedRows,
  runs: Uint32Array,
  mixBlocks?: BlockMixer,
): BuiltStructures {
  const inputs = collectInputs(values, selected, runs)
  const seed = seedOf(inputs, mixBlocks)
  const sections = new Map<number, ArrayBufferView>()
  const patterns: StructurePatterns[] = []
  const structureBase = new Uint32Array(STRUCTURES.length + 1)
  const picks: TextPick[] = []
  const keysOf = new Map<number, Uint32Array>()
  STRUCTURES.forEach(({ keyWords, detectionFunction }, structure) => {
    const input = inputs[structure]
    if (input === undefined) return
    const built = buildOne(structure, input, seed)
    keysOf.set(structure, built.keys)
    for (const [name, content] of built.sections) sections.set(structureSection(structure, name), content)
    patterns.push({ groups: built.groups, ids: input.ids })
    structureBase[structure + 1] = structureBase[structure]! + built.groups.patternCount
    // Texts that were turned round for a trie are turned back.
    const direction = directionOf(detectionFunction)
    if (keyWords === 0) picks.push({ source: input.texts, rows: firstRows(built.groups), direction })
  })
  const padded = joinTexts(picks)
  const texts = { ...padded, bytes: padded.bytes.subarray(0, padded.offset[padded.count]) }
  if (!values.areCanonical) refuseUnprintable(texts.bytes)
  return {
    seed,
    patterns,
    structureBase,
    texts,
    sections,
    source: {
      seed,
      keys: (structure) => keysOf.get(structure) ?? NO_WORDS,
      texts: (structure) => textsOfStructure(texts, structureBase, structure),
    },
  }
}

function buildOne(structure: number, input: StructureInput, seed: HashSeed): Built {
  const { kind, keyWords } = STRUCTURES[structure]!
  switch (kind) {
    case 'keys': {
      const { groups, directory, keys } = buildKeySet(input.keys, keyWords, input.doKeysAscend)
      return {
        groups,
        keys,
        sections: [
          ['directory', directory],
          ['keys', keys],
        ],
      }
    }
    case 'texts': {
      const { groups, directory } = buildTextSet(input.texts, seed)
      return { groups, keys: NO_WORDS, sections: [['directory', directory]] }
    }
    case 'trie': {
      const { groups, firstChild, label, pattern } = buildTrie(input.texts)
      return {
        groups,
        keys: NO_WORDS,
        sections: [
          ['firstChild', firstChild],
          ['label', label],
          ['pattern', pattern],
        ],
      }
    }
    case 'automaton': {
      const { groups, firstChild, label, pattern, fail, output } = buildAhoCorasick(input.texts)
      return {
        groups,
        keys: NO_WORDS,
        sections: [
          ['firstChild', firstChild],
          ['label', label],
          ['pattern', pattern],
          ['fail', fail],
          ['output', output],
        ],
      }
    }
    default:
      return assertNever(kind)
  }
}

/** Ids and values of each structure. Addresses go to the IPv4 or the IPv6 set by what they spell. */
function collectInputs(values: RowValues, selected: SelectedRows, runs: Uint32Array): StructureInput[] {
  const { rows, doAscend } = selected
  const stretches = stretchesOf(rows.length, runs)
  const idsOf = stretches.map((own) => idsIn(own, selected))
  const noTexts = values.texts(NO_WORDS)
  const inputs = STRUCTURES.map(({ keyWords, type, detectionFunction }, structure): StructureInput => {
    const ids = idsOf[structure]!
    if (keyWords === 0) {
      const direction = directionOf(detectionFunction)
      return { ids, ...NO_KEYS, texts: values.texts(rowsOf(ids, rows), direction) }
    }
    if (type === TYPE_IP) return { ids, ...NO_KEYS, texts: noTexts } // see below
    const digests = values.digests(
      rowsOf(ids, rows),
      keyWords,
      !doAscend ? 'any' : stretches[structure]!.length === 1 ? 'canonical' : 'ascending',
    )
    if (typeof digests === 'number') throw notCanonical(digests)
    return { ids, ...digests, texts: noTexts }
  })
  const { v4, v6 } = readAddresses(values, rows, idsOf[STRUCTURE_IPV4]!)
  inputs[STRUCTURE_IPV4] = { ...v4, doKeysAscend: false, texts: noTexts }
  inputs[STRUCTURE_IPV6] = { ...v6, doKeysAscend: false, texts: noTexts }
  return inputs
}

/** The keys of addresses, by their kinds. */
function readAddresses(
  values: RowValues,
  rows: Uint32Array,
  ids: Uint32Array,
): { readonly [K in 'v4' | 'v6']: AddressKeys } {
  const { length } = ids
  // Large enough for all of them: pages that nobody writes cost nothing.
  const v4 = { ids: new Uint32Array(length), keys: new Uint32Array(length) }
  const v6 = { ids: new Uint32Array(length), keys: new Uint32Array(length * 4) }
  const key = new Uint32Array(4)
  let v4Count = 0
  let v6Count = 0
  for (let i = 0; i < length; i += 1) {
    const row = rows[ids[i]!]! // ids of rows
    const words = values.readAddress(row, key)
    if (words === 0) throw notCanonical(row)
    if (words === 1) {
      v4.ids[v4Count] = ids[i]!
      v4.keys[v4Count] = key[0]!
      v4Count += 1
    } else {
      v6.ids[v6Count] = ids[i]!
      v6.keys.set(key, v6Count * 4)
      v6Count += 1
    }
  }
  return {
    v4: { ids: v4.ids.subarray(0, v4Count), keys: v4.keys.subarray(0, v4Count) },
    v6: { ids: v6.ids.subarray(0, v6Count), keys: v6.keys.subarray(0, v6Count * 4) },
  }
}

type AddressKeys = Pick<StructureInput, 'ids' | 'keys'>

const NO_WORDS = new Uint32Array(0)
const NO_KEYS = { keys: NO_WORDS, doKeysAscend: true }

/** Ids from the first of two up to the second. */
type Stretch = readonly [number, number]

/** By structure, where its ids are; those of all addresses under IPv4. */
function stretchesOf(idCount: number, runs: Uint32Array): readonly (readonly Stretch[])[] {
  const stretches: Stretch[][] = STRUCTURES.map(() => [])
  for (let run = 0; run < runs.length; run += RUN_WORDS) {
    const kind = runs[run + 2]!
    const structure = structureOf(Math.floor(kind / FUNCTION_COUNT), kind % FUNCTION_COUNT)
    stretches[structure]!.push([runs[run]!, runs[run + RUN_WORDS] ?? idCount])
  }
  return stretches
}

/** The ids of stretches, ascending. */
function idsIn(stretches: readonly Stretch[], { rows, doAscend }: SelectedRows): Uint32Array {
  const [only] = stretches
  if (only !== undefined && stretches.length === 1) {
    const [from, to] = only
    // Rows that ascend are their own ids up to where one is missing.
    if (doAscend && rows[to - 1] === to - 1) return rows.subarray(from, to)
  }
  const ids = new Uint32Array(stretches.reduce((sum, [start, end]) => sum + end - start, 0))
  let next = 0
  for (const [start, end] of stretches) for (let id = start; id < end; id += 1, next += 1) ids[next] = id
  return ids
}

/** The seed is a checksum of every compiled value: it changes with each of them and with nothing else. */
function seedOf(inputs: readonly StructureInput[], mixBlocks: BlockMixer | undefined): HashSeed {
  const checksum = new Checksum(0x13198a2e, 0x03707344, mixBlocks)
  for (const { keys, texts } of inputs) {
    const { buffer, byteOffset, byteLength } = texts.bytes
    checksum.add(Uint32Array.of(keys.length, texts.count)).add(keys).add(texts.offset)
    checksum.add(new Uint32Array(buffer, byteOffset, byteLength / 4))
  }
  return { low: checksum.low, high: checksum.high }
}

/** Which way round a trie has its texts. */
function directionOf(detectionFunction: number): 'forward' | 'reverse' {
  return detectionFunction === FUNCTION_END_WITH ? 'reverse' : 'forward'
}

/** By pattern: the first of its rows. */
function firstRows({ patternCount, start, rows }: PatternGroups): Uint32Array {
  if (rows.length === patternCount) return rows
  const first = new Uint32Array(patternCount)
  for (let p = 0; p < patternCount; p += 1) first[p] = rows[start[p]!]!
  return first
}

/** The rows of ascending ids. */
function rowsOf(ids: Uint32Array, rows: Uint32Array): Uint32Array {
  const first = ids[0] ?? 0
  if ((ids.at(-1) ?? -1) - first === ids.length - 1) return rows.subarray(first, first + ids.length)
  const picked = new Uint32Array(ids.length)
  for (let i = 0; i < ids.length; i += 1) picked[i] = rows[ids[i]!]!
  return picked
}

/** What compiles must open, and a reader refuses bytes that no canonical value has. */
function refuseUnprintable(bytes: Uint8Array): void {
  for (let i = 0; i < bytes.length; i += 1) {
    if (!isPrintable(bytes[i]!)) {
      throw new CompileError('not-canonical', `expected printable ASCII in a value, found byte ${bytes[i]}`)
    }
  }
}

function notCanonical(row: number): CompileError {
  return new CompileError('not-canonical', `expected a canonical value for Equals in row ${row}`)
}

import { assertNever } from '../model/assert-never.ts'
import { buildAhoCorasick } from './aho-corasick.ts'
import { Checksum } from './checksum.ts'
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
import type { PatternGroups } from './pattern-groups.ts'
import type { StructurePatterns } from './postings.ts'
import type { PatternSource } from './sieve/filter-patterns.ts'
import type { RowValues } from './row-values.ts'
import { isPrintable, pickTexts } from './text-list.ts'
import type { TextList } from './text-list.ts'
import { buildTextSet } from './text-set.ts'
import { buildTrie } from './trie.ts'
import { readIpKey } from './value-key.ts'

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

/** What one structure is built from: its ids, and per id a binary key or a text. */
interface StructureInput {
  readonly ids: Uint32Array
  readonly keys: Uint32Array
  readonly texts: TextList
}

interface Built {
  /** Binary keys; none where patterns are texts. */
  readonly keys: Uint32Array
  readonly groups: PatternGroups
  readonly sections: readonly (readonly [StructureSection, ArrayBufferView])[]
}

/** Sorts the indicators into their structures, derives the seed from all of them, and builds each one. */
export function buildStructures(values: RowValues, rows: Uint32Array, runs: Uint32Array): BuiltStructures {
  const inputs = collectInputs(values, rows, runs)
  const seed = seedOf(inputs)
  const sections = new Map<number, ArrayBufferView>()
  const patterns: StructurePatterns[] = []
  const structureBase = new Uint32Array(STRUCTURES.length + 1)
  const textRows: Uint32Array[] = []
  const keysOf = new Map<number, Uint32Array>()
  STRUCTURES.forEach(({ keyWords }, structure) => {
    const input = inputs[structure]
    if (input === undefined) return
    const built = buildOne(structure, input, seed)
    keysOf.set(structure, built.keys)
    for (const [name, content] of built.sections) sections.set(structureSection(structure, name), content)
    patterns.push({ groups: built.groups, ids: input.ids })
    structureBase[structure + 1] = structureBase[structure]! + built.groups.patternCount
    if (keyWords === 0) textRows.push(patternRows(built.groups, input.ids, rows))
  })
  const padded = pickTexts(values.texts, concatenate(textRows))
  const texts = { ...padded, bytes: padded.bytes.subarray(0, padded.offset[padded.count]) }
  refuseUnprintable(texts.bytes)
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
      const { groups, directory, keys } = buildKeySet(input.keys, keyWords)
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
function collectInputs(values: RowValues, rows: Uint32Array, runs: Uint32Array): StructureInput[] {
  const { texts } = values
  const idsOf = collectIds(texts, rows, runs)
  return STRUCTURES.map(({ keyWords, type, detectionFunction }, structure) => {
    const ids = idsOf[structure]!
    const own = rowsOf(ids, rows)
    if (keyWords === 0) {
      const direction = detectionFunction === FUNCTION_END_WITH ? 'reverse' : 'forward'
      return { ids, keys: NO_WORDS, texts: pickTexts(texts, own, direction) }
    }
    const keys = new Uint32Array(ids.length * keyWords)
    const odd =
      type === TYPE_IP ? readAddresses(texts, own, keyWords, keys) : values.readDigests(own, keyWords, keys)
    if (odd >= 0) throw notCanonical(odd)
    return { ids, keys, texts: pickTexts(texts, NO_WORDS) }
  })
}

/** Writes the keys of rows whose values are addresses of one kind, and gives the first row whose value is none, or -1. */
function readAddresses(
  { offset, bytes }: TextList,
  rows: Uint32Array,
  keyWords: number,
  out: Uint32Array,
): number {
  for (let i = 0; i < rows.length; i += 1) {
    const row = rows[i]!
    if (readIpKey(bytes, offset[row]!, offset[row + 1]!, out, i * keyWords) !== keyWords) return row
  }
  return -1
}

const NO_WORDS = new Uint32Array(0)

function collectIds(source: TextList, rows: Uint32Array, runs: Uint32Array): Uint32Array[] {
  const structureOfKind = kindStructures()
  const sizes = new Uint32Array(STRUCTURES.length)
  const isIpv6 = new Uint8Array(rows.length)
  forEachRun(runs, rows.length, (kind, start, end) => {
    const structure = structureOfKind[kind]!
    sizes[structure]! += end - start
    if (structure !== STRUCTURE_IPV4) return
    for (let id = start; id < end; id += 1) {
      if (!spellsIpv6(source, rows[id]!)) continue
      isIpv6[id] = 1
      sizes[STRUCTURE_IPV6]! += 1
      sizes[STRUCTURE_IPV4]! -= 1
    }
  })
  const ids = Array.from(sizes, (size) => new Uint32Array(size))
  sizes.fill(0)
  forEachRun(runs, rows.length, (kind, start, end) => {
    const structure = structureOfKind[kind]!
    const other = structure === STRUCTURE_IPV4 ? STRUCTURE_IPV6 : structure
    for (let id = start; id < end; id += 1) {
      const target = isIpv6[id] === 1 ? other : structure
      ids[target]![sizes[target]!] = id
      sizes[target]! += 1
    }
  })
  return ids
}

function forEachRun(
  runs: Uint32Array,
  idCount: number,
  visit: (kind: number, start: number, end: number) => void,
): void {
  for (let run = 0; run < runs.length; run += RUN_WORDS) {
    visit(runs[run + 2]!, runs[run]!, runs[run + RUN_WORDS] ?? idCount)
  }
}

/** Structure by `type * 4 + detection function`. */
function kindStructures(): Uint8Array {
  return Uint8Array.from({ length: 20 }, (_, kind) =>
    structureOf(Math.floor(kind / FUNCTION_COUNT), kind % FUNCTION_COUNT),
  )
}

function spellsIpv6({ offset, bytes }: TextList, row: number): boolean {
  const end = offset[row + 1]!
  for (let i = offset[row]!; i < end; i += 1) if (bytes[i] === COLON) return true
  return false
}

const COLON = 0x3a

/** The seed is a checksum of every compiled value: it changes with each of them and with nothing else. */
function seedOf(inputs: readonly StructureInput[]): HashSeed {
  const checksum = new Checksum(0x13198a2e, 0x03707344)
  for (const { keys, texts } of inputs) {
    const { buffer, byteOffset, byteLength } = texts.bytes
    checksum.add(Uint32Array.of(keys.length, texts.count)).add(keys).add(texts.offset)
    checksum.add(new Uint32Array(buffer, byteOffset, byteLength / 4))
  }
  return { low: checksum.low, high: checksum.high }
}

function patternRows(groups: PatternGroups, ids: Uint32Array, rows: Uint32Array): Uint32Array {
  const picked = new Uint32Array(groups.patternCount)
  for (let p = 0; p < picked.length; p += 1) picked[p] = rows[ids[groups.rows[groups.start[p]!]!]!]!
  return picked
}

function rowsOf(ids: Uint32Array, rows: Uint32Array): Uint32Array {
  const picked = new Uint32Array(ids.length)
  for (let i = 0; i < ids.length; i += 1) picked[i] = rows[ids[i]!]!
  return picked
}

function concatenate(parts: readonly Uint32Array[]): Uint32Array {
  const whole = new Uint32Array(parts.reduce((length, part) => length + part.length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
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

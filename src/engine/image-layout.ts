import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../model/indicator.ts'

/**
 * The byte layout of an index image, declared once for the writer and the reader. `DESIGN.md` draws it.
 *
 *   header, 32 u32 words | section table, one (offset, length) pair of u32 per section | sections
 *
 * Everything is little-endian. Every section starts on 64 bytes, in the order of `SECTIONS`, directly after the
 * one before it; an empty section has length 0. The image ends on 64 bytes; all padding is zero.
 */
export const IMAGE_MAGIC = 0x1a584644 // "DFX" and the byte that ends text files, so that nothing prints an image
/** Reads back as another number on a host or in a file of the other byte order. */
export const BYTE_ORDER_MARK = 0x0a0b0c0d
/** Grows by one with every change of this file that an older reader would misread. */
export const IMAGE_VERSION = 2
export const SECTION_ALIGNMENT = 64
/** Section offsets are u32, so an image ends below 4 GiB. */
export const IMAGE_BYTES_LIMIT: number = 2 ** 32 - SECTION_ALIGNMENT

/** Index of each header field in 32-bit words. Words not named here are zero. */
export const HEADER = {
  magic: 0,
  byteOrder: 1,
  version: 2,
  sectionCount: 3,
  totalBytes: 4,
  checksumLow: 6,
  checksumHigh: 7,
  seedLow: 8,
  seedHigh: 9,
  options: 10,
  indicatorCount: 11,
  patternCount: 12,
  read: 13,
  duplicate: 14,
  disabled: 15,
  opaque: 16,
  rejected: 17,
} as const
export const HEADER_WORDS = 32
export const HEADER_BYTES: number = HEADER_WORDS * 4

/** Bits of the header's `options` word. */
export const OPTION_REJECT_NON_EQUALS_HASH = 1

/** Marks a trie node that ends no pattern. */
export const NO_PATTERN = 0xffffffff
/** Stands in `firstId` for a structure whose patterns are listed in `posting`. */
export const LISTED = 0xffffffff
/** Set in a posting that is an index into `overflow`, where a count and that many ids stand. */
export const OVERFLOW_FLAG = 0x80000000
/** u32 words of one run: first id, definition, type * 4 + detection function. */
export const RUN_WORDS = 3

type StructureKind = 'keys' | 'texts' | 'trie' | 'automaton'

/** One index structure of an image. */
export interface Structure {
  readonly name: string
  readonly kind: StructureKind
  /** Index into `INDICATOR_TYPES`. */
  readonly type: number
  /** Index into `DETECTION_FUNCTIONS`. */
  readonly detectionFunction: number
  /** u32 words of one binary key; 0 where patterns are texts. */
  readonly keyWords: number
}

export type ElementKind = 'u8' | 'u32' | 'i64' | 'f64'
export const ELEMENT_BYTES: { readonly [K in ElementKind]: number } = { u8: 1, u32: 4, i64: 8, f64: 8 }
export interface Section {
  readonly name: string
  readonly element: ElementKind
}

const TYPE = {
  Sha1: INDICATOR_TYPES.indexOf('Sha1'),
  Sha256: INDICATOR_TYPES.indexOf('Sha256'),
  Md5: INDICATOR_TYPES.indexOf('Md5'),
  IpAddress: INDICATOR_TYPES.indexOf('IpAddress'),
  DomainName: INDICATOR_TYPES.indexOf('DomainName'),
}
export const TYPE_COUNT: number = INDICATOR_TYPES.length
export const FUNCTION_COUNT: number = DETECTION_FUNCTIONS.length
export const TYPE_IP: number = TYPE.IpAddress
export const TYPE_DOMAIN: number = TYPE.DomainName
export const FUNCTION_EQUALS: number = DETECTION_FUNCTIONS.indexOf('Equals')
export const FUNCTION_START_WITH: number = DETECTION_FUNCTIONS.indexOf('StartWith')
export const FUNCTION_END_WITH: number = DETECTION_FUNCTIONS.indexOf('EndWith')
export const FUNCTION_CONTAINS: number = DETECTION_FUNCTIONS.indexOf('Contains')

/** In the order of their patterns: a pattern's number says which structure it belongs to. */
export const STRUCTURES: readonly Structure[] = [
  keySet('Sha1.Equals', TYPE.Sha1, 5),
  keySet('Sha256.Equals', TYPE.Sha256, 8),
  keySet('Md5.Equals', TYPE.Md5, 4),
  keySet('IpAddress.Equals.v4', TYPE.IpAddress, 1),
  keySet('IpAddress.Equals.v6', TYPE.IpAddress, 4),
  {
    name: 'DomainName.Equals',
    kind: 'texts',
    type: TYPE.DomainName,
    detectionFunction: FUNCTION_EQUALS,
    keyWords: 0,
  },
  ...forEveryType('StartWith', 'trie'),
  ...forEveryType('EndWith', 'trie'),
  ...forEveryType('Contains', 'automaton'),
]

export const STRUCTURE_IPV4: number = structureNamed('IpAddress.Equals.v4')
export const STRUCTURE_IPV6: number = structureNamed('IpAddress.Equals.v6')
export const STRUCTURE_DOMAIN_EQUALS: number = structureNamed('DomainName.Equals')
/** Structures before this one hold binary keys; the patterns of this one and all after it are texts. */
export const FIRST_TEXT_STRUCTURE: number = STRUCTURES.findIndex(({ keyWords }) => keyWords === 0)

/** The structure of a (type, function) pair; IPv6 Equals stands directly after the IPv4 one that this gives. */
export function structureOf(type: number, detectionFunction: number): number {
  return STRUCTURES.findIndex((s) => s.type === type && s.detectionFunction === detectionFunction)
}

const COMMON_SECTIONS = [
  ['definitions', 'u8'], // JSON, UTF-8
  ['runs', 'u32'],
  ['structureBase', 'u32'], // first pattern of each structure, then the pattern count
  ['firstId', 'u32'], // by structure: id of the first pattern where the i-th has firstId + i, or LISTED
  ['posting', 'u32'], // by pattern of listed structures: an id, or OVERFLOW_FLAG | index
  ['overflow', 'u32'],
  ['textOffset', 'u32'], // by text pattern, and one more
  ['textBytes', 'u8'],
  ['expiresAtStart', 'u32'],
  ['expiresAtValue', 'i64'],
  ['createdAtStart', 'u32'],
  ['createdAtValue', 'i64'],
  ['serverIdStart', 'u32'],
  ['serverIdValue', 'f64'],
] as const
export type CommonSection = (typeof COMMON_SECTIONS)[number][0]

const STRUCTURE_SECTIONS = {
  keys: [
    ['directory', 'u32'],
    ['keys', 'u32'],
  ],
  texts: [['directory', 'u32']],
  trie: [
    ['firstChild', 'u32'],
    ['label', 'u8'],
    ['pattern', 'u32'],
  ],
  automaton: [
    ['firstChild', 'u32'],
    ['label', 'u8'],
    ['pattern', 'u32'],
    ['fail', 'u32'],
    ['output', 'u32'],
  ],
} as const
export type StructureSection = (typeof STRUCTURE_SECTIONS)[StructureKind][number][0]

/** Every section of an image, in file order. */
export const SECTIONS: readonly Section[] = [
  ...COMMON_SECTIONS.map(([name, element]) => ({ name, element })),
  ...STRUCTURES.flatMap((structure) =>
    STRUCTURE_SECTIONS[structure.kind].map(([name, element]) => ({
      name: `${structure.name}.${name}`,
      element,
    })),
  ),
  { name: 'filters', element: 'u8' }, // what the sieve asks, see `sieve/filter-plan.ts`
]
export const TABLE_BYTES: number = SECTIONS.length * 8

const SECTION_INDEX: ReadonlyMap<string, number> = new Map(SECTIONS.map(({ name }, i) => [name, i]))

/** Index into `SECTIONS` of a section that belongs to no structure. */
export function commonSection(name: CommonSection): number {
  return sectionNamed(name)
}

/** Index into `SECTIONS` of the sieve's filters. */
export const FILTER_SECTION: number = sectionNamed('filters')

/** Index into `SECTIONS` of one section of a structure. */
export function structureSection(structure: number, name: StructureSection): number {
  return sectionNamed(`${STRUCTURES[structure]?.name}.${name}`)
}

/** Rounds a byte offset up to where a section may start. */
export function alignSection(offset: number): number {
  return Math.ceil(offset / SECTION_ALIGNMENT) * SECTION_ALIGNMENT
}

/** True where typed arrays store the low byte first, as images do. */
export function isLittleEndianHost(): boolean {
  return new Uint8Array(Uint32Array.of(1).buffer)[0] === 1
}

function keySet(name: string, type: number, keyWords: number): Structure {
  return { name, kind: 'keys', type, detectionFunction: FUNCTION_EQUALS, keyWords }
}

function forEveryType(name: 'StartWith' | 'EndWith' | 'Contains', kind: StructureKind): Structure[] {
  const detectionFunction = DETECTION_FUNCTIONS.indexOf(name)
  return INDICATOR_TYPES.map((typeName, type) => ({
    name: `${typeName}.${name}`,
    kind,
    type,
    detectionFunction,
    keyWords: 0,
  }))
}

function structureNamed(name: string): number {
  return STRUCTURES.findIndex((structure) => structure.name === name)
}

function sectionNamed(name: string): number {
  const index = SECTION_INDEX.get(name)
  if (index === undefined) throw new Error(`no section is named ${name}`)
  return index
}

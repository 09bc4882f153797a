import { assertNever } from '../model/assert-never.ts'
import { DOMAIN_TEXT_LIMIT } from '../model/indicator.ts'
import { verifyAhoCorasick } from './aho-corasick.ts'
import { damaged, ImageFormatError } from './image-format-error.ts'
import {
  commonSection,
  FIRST_TEXT_STRUCTURE,
  FUNCTION_COUNT,
  FUNCTION_END_WITH,
  HEADER,
  OPTION_REJECT_NON_EQUALS_HASH,
  RUN_WORDS,
  STRUCTURE_IPV4,
  STRUCTURE_IPV6,
  STRUCTURES,
  structureOf,
  structureSection,
} from './image-layout.ts'
import type { CommonSection } from './image-layout.ts'
import type { ImageSections } from './image-sections.ts'
import type { ImageStructures } from './image-structures.ts'
import { verifyPostings } from './postings.ts'
import { verifyRuns } from './runs.ts'
import { verifySteps } from './step-column.ts'
import { isPrintable } from './text-list.ts'
import { verifyTrie } from './trie.ts'
import { isMappedKey } from './value-key.ts'

/**
 * Proves, section by section, that an image means what its layout says, or throws an `ImageFormatError`.
 * A checksum is no proof: whoever writes an image can seal it. What passes here is read without further checks, every
 * loop over it ends, and it answers as a comparison with each of its own indicators would.
 */
export function verifyImage(
  sections: ImageSections,
  structures: ImageStructures,
  definitionCount: number,
): void {
  verifyCounts(sections)
  verifyBase(sections)
  verifyTexts(sections, structures)
  STRUCTURES.forEach((_, structure) => verifyStructure(sections, structures, structure))
  const u32 = (name: CommonSection): Uint32Array => sections.u32(commonSection(name))
  const offsetOf = (name: CommonSection): number => sections.offsetOf(commonSection(name))
  verifyPostings(
    { posting: u32('posting'), overflow: u32('overflow'), patternOf: u32('patternOf') },
    { posting: offsetOf('posting'), overflow: offsetOf('overflow') },
  )
  const indicators = sections.header('indicatorCount')
  verifyRuns(u32('runs'), { indicators, definitions: definitionCount }, offsetOf('runs'))
  verifyKinds(sections, structures)
  const expiresAtCount = sections.i64(commonSection('expiresAtValue')).length
  verifySteps(u32('expiresAtStart'), expiresAtCount, indicators, offsetOf('expiresAtStart'))
  const createdAtCount = sections.i64(commonSection('createdAtValue')).length
  verifySteps(u32('createdAtStart'), createdAtCount, indicators, offsetOf('createdAtStart'))
  const serverIds = sections.f64(commonSection('serverIdValue'))
  verifySteps(u32('serverIdStart'), serverIds.length, indicators, offsetOf('serverIdStart'))
  for (const id of serverIds) {
    if (!Number.isSafeInteger(id) && id !== Number.POSITIVE_INFINITY) {
      throw damaged(offsetOf('serverIdValue'), 'whole server keys', `${id}`)
    }
  }
}

function verifyCounts(sections: ImageSections): void {
  const header = (field: keyof typeof HEADER): number => sections.header(field)
  const sum =
    header('indicatorCount') +
    header('duplicate') +
    header('disabled') +
    header('opaque') +
    header('rejected')
  if (header('read') !== sum) {
    throw new ImageFormatError(
      'bad-header',
      HEADER.read * 4,
      `expected ${sum} indicators read, found ${header('read')}`,
    )
  }
  if ((header('options') & ~OPTION_REJECT_NON_EQUALS_HASH) !== 0) {
    throw new ImageFormatError('bad-header', HEADER.options * 4, 'expected known options, found others')
  }
  const patternOf = commonSection('patternOf')
  const posting = commonSection('posting')
  if (sections.u32(patternOf).length !== header('indicatorCount')) {
    throw damaged(sections.offsetOf(patternOf), `${header('indicatorCount')} ids`, 'another number')
  }
  if (sections.u32(posting).length !== header('patternCount')) {
    throw damaged(sections.offsetOf(posting), `${header('patternCount')} patterns`, 'another number')
  }
}

function verifyBase(sections: ImageSections): void {
  const section = commonSection('structureBase')
  const base = sections.u32(section)
  const patternCount = sections.header('patternCount')
  let isAscending = base.length === STRUCTURES.length + 1 && base[0] === 0
  for (let i = 1; i < base.length; i += 1) isAscending &&= base[i]! >= base[i - 1]!
  if (!isAscending || base[STRUCTURES.length] !== patternCount) {
    throw damaged(
      sections.offsetOf(section),
      `bases that ascend from 0 to ${patternCount}`,
      base.join(' ').slice(0, 300),
    )
  }
}

/** Values are printable ASCII of a bounded length, which also bounds the depth of every trie. */
function verifyTexts(sections: ImageSections, structures: ImageStructures): void {
  const section = commonSection('textOffset')
  const offset = sections.u32(section)
  const bytes = sections.u8(commonSection('textBytes'))
  const textCount = sections.header('patternCount') - structures.baseOf(FIRST_TEXT_STRUCTURE)
  if (offset.length !== textCount + 1 || offset[0] !== 0 || offset[textCount] !== bytes.length) {
    throw damaged(sections.offsetOf(section), `offsets of ${textCount} texts`, `${offset.length} numbers`)
  }
  for (let i = 0; i < textCount; i += 1) {
    const length = offset[i + 1]! - offset[i]! // i + 1 <= textCount
    if (length < 1 || length > DOMAIN_TEXT_LIMIT) {
      throw damaged(sections.offsetOf(section) + i * 4, `1 to ${DOMAIN_TEXT_LIMIT} bytes`, `${length}`)
    }
  }
  for (let i = 0; i < bytes.length; i += 1) {
    if (!isPrintable(bytes[i]!)) {
      throw damaged(sections.offsetOf(commonSection('textBytes')) + i, 'printable ASCII', `byte ${bytes[i]}`)
    }
  }
}

function verifyStructure(sections: ImageSections, structures: ImageStructures, structure: number): void {
  const { kind, keyWords, detectionFunction } = STRUCTURES[structure]!
  switch (kind) {
    case 'keys': {
      const offset = sections.offsetOf(structureSection(structure, 'directory'))
      const keys = structures.keys(structure)
      if (keys.length !== structures.patternCount(structure) * keyWords) {
        throw damaged(offset, `${structures.patternCount(structure)} keys`, `${keys.length / keyWords}`)
      }
      structures.hashSet(structure).verify(offset)
      if (structure === STRUCTURE_IPV6) verifyAddresses(keys, offset)
      return
    }
    case 'texts':
      structures.domainSet().verify(sections.offsetOf(structureSection(structure, 'directory')))
      return
    case 'trie':
      verifyTrie(
        structures.trie(structure),
        structures.texts(structure),
        detectionFunction === FUNCTION_END_WITH ? -1 : 1,
        sections.offsetOf(structureSection(structure, 'firstChild')),
      )
      return
    case 'automaton':
      verifyAhoCorasick(
        structures.automaton(structure),
        structures.texts(structure),
        sections.offsetOf(structureSection(structure, 'firstChild')),
      )
      return
    default:
      assertNever(kind)
  }
}

function verifyAddresses(keys: Uint32Array, offset: number): void {
  for (let first = 0; first < keys.length; first += 4) {
    if (isMappedKey(keys, first)) {
      throw damaged(offset, 'IPv4 addresses among the IPv4 keys', 'a mapped one')
    }
  }
}

/** Every id's pattern lies in a structure of the type and function that the id's run states. */
function verifyKinds(sections: ImageSections, structures: ImageStructures): void {
  const runs = sections.u32(commonSection('runs'))
  const patternOf = sections.u32(commonSection('patternOf'))
  for (let run = 0; run < runs.length; run += RUN_WORDS) {
    const kind = runs[run + 2]!
    const structure = structureOf(Math.floor(kind / FUNCTION_COUNT), kind % FUNCTION_COUNT)
    const start = structures.baseOf(structure)
    const end = structures.baseOf((structure === STRUCTURE_IPV4 ? STRUCTURE_IPV6 : structure) + 1)
    const endId = runs[run + RUN_WORDS] ?? patternOf.length
    for (let id = runs[run]!; id < endId; id += 1) {
      const pattern = patternOf[id]! // endId <= indicatorCount
      if (pattern < start || pattern >= end) {
        throw damaged(
          sections.offsetOf(commonSection('patternOf')) + id * 4,
          `a pattern from ${start} to ${end}`,
          `${pattern}`,
        )
      }
    }
  }
}

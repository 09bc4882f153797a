import { assertNever } from '../model/assert-never.ts'
import { DOMAIN_TEXT_LIMIT } from '../model/indicator.ts'
import { verifyAhoCorasick } from './aho-corasick.ts'
import { damaged, ImageFormatError } from './image-format-error.ts'
import {
  commonSection,
  FILTER_SECTION,
  FIRST_TEXT_STRUCTURE,
  FUNCTION_COUNT,
  FUNCTION_END_WITH,
  HEADER,
  OPTION_REJECT_NON_EQUALS_HASH,
  RUN_WORDS,
  STRUCTURE_IPV6,
  STRUCTURES,
  structureSection,
} from './image-layout.ts'
import type { CommonSection, Structure } from './image-layout.ts'
import type { ImageSections } from './image-sections.ts'
import type { ImageStructures } from './image-structures.ts'
import { verifyPostings } from './postings.ts'
import { verifyRuns } from './runs.ts'
import type { SectionProofs } from './section-proofs.ts'
import { patternsOf } from './sieve/filter-patterns.ts'
import { verifyFilters } from './sieve/filter-plan.ts'
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
  proofs: SectionProofs | null,
): void {
  verifyCounts(sections)
  verifyBase(sections)
  verifyTexts(sections, structures, proofs)
  STRUCTURES.forEach((_, structure) => verifyStructure(sections, structures, structure, proofs))
  const u32 = (name: CommonSection): Uint32Array => sections.u32(commonSection(name))
  const offsetOf = (name: CommonSection): number => sections.offsetOf(commonSection(name))
  const indicators = sections.header('indicatorCount')
  const runs = u32('runs')
  verifyRuns(runs, { indicators, definitions: definitionCount }, offsetOf('runs'))
  verifyPostings(
    { firstId: u32('firstId'), posting: u32('posting'), overflow: u32('overflow') },
    {
      structureBase: structures.bases,
      indicatorCount: indicators,
      runs: kindsOfIds(runs, indicators),
      kindOf: (structure) => kindNumber(STRUCTURES[structure]!),
      offsets: { firstId: offsetOf('firstId'), posting: offsetOf('posting'), overflow: offsetOf('overflow') },
    },
    proofs,
  )
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
  verifyFilters(
    sections.u8(FILTER_SECTION),
    patternsOf(structures),
    sections.offsetOf(FILTER_SECTION),
    proofs,
  )
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
function verifyTexts(
  sections: ImageSections,
  structures: ImageStructures,
  proofs: SectionProofs | null,
): void {
  const section = commonSection('textOffset')
  const offset = sections.u32(section)
  const bytes = sections.u8(commonSection('textBytes'))
  const textCount = sections.header('patternCount') - structures.baseOf(FIRST_TEXT_STRUCTURE)
  if (offset.length !== textCount + 1 || offset[0] !== 0 || offset[textCount] !== bytes.length) {
    throw damaged(sections.offsetOf(section), `offsets of ${textCount} texts`, `${offset.length} numbers`)
  }
  const areShort = proofs !== null && proofs.lengthsOf({ count: textCount, offset }, DOMAIN_TEXT_LIMIT) !== 0
  for (let i = 0; i < textCount && !areShort; i += 1) {
    const length = offset[i + 1]! - offset[i]! // i + 1 <= textCount
    if (length < 1 || length > DOMAIN_TEXT_LIMIT) {
      throw damaged(sections.offsetOf(section) + i * 4, `1 to ${DOMAIN_TEXT_LIMIT} bytes`, `${length}`)
    }
  }
  if (proofs?.arePrintable(bytes) === true) return
  for (let i = 0; i < bytes.length; i += 1) {
    if (!isPrintable(bytes[i]!)) {
      throw damaged(sections.offsetOf(commonSection('textBytes')) + i, 'printable ASCII', `byte ${bytes[i]}`)
    }
  }
}

function verifyStructure(
  sections: ImageSections,
  structures: ImageStructures,
  structure: number,
  proofs: SectionProofs | null,
): void {
  const { kind, keyWords, detectionFunction } = STRUCTURES[structure]!
  switch (kind) {
    case 'keys': {
      const offset = sections.offsetOf(structureSection(structure, 'directory'))
      const keys = structures.keys(structure)
      if (keys.length !== structures.patternCount(structure) * keyWords) {
        throw damaged(offset, `${structures.patternCount(structure)} keys`, `${keys.length / keyWords}`)
      }
      structures.keySet(structure).verify(offset, proofs)
      if (structure === STRUCTURE_IPV6) verifyAddresses(keys, offset)
      return
    }
    case 'texts':
      structures.domainSet().verify(sections.offsetOf(structureSection(structure, 'directory')), proofs)
      return
    case 'trie':
      verifyTrie(
        structures.trie(structure),
        structures.texts(structure),
        detectionFunction === FUNCTION_END_WITH ? -1 : 1,
        sections.offsetOf(structureSection(structure, 'firstChild')),
        proofs,
      )
      return
    case 'automaton':
      verifyAhoCorasick(
        structures.automaton(structure),
        structures.texts(structure),
        sections.offsetOf(structureSection(structure, 'firstChild')),
        proofs,
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

/** Ids by the kind of their run, in order. Both address sets take ids of one kind. */
function kindsOfIds(
  runs: Uint32Array,
  indicatorCount: number,
): { readonly from: number; readonly to: number; readonly kind: number }[] {
  const kinds: { readonly from: number; readonly to: number; readonly kind: number }[] = []
  for (let run = 0; run < runs.length; run += RUN_WORDS) {
    const to = runs[run + RUN_WORDS] ?? indicatorCount
    kinds.push({ from: runs[run]!, to, kind: runs[run + 2]! + 1 })
  }
  return kinds
}

function kindNumber({ type, detectionFunction }: Structure): number {
  return type * FUNCTION_COUNT + detectionFunction + 1
}

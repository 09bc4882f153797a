import { expect, test } from 'vitest'
import {
  alignSection,
  HEADER,
  HEADER_WORDS,
  SECTION_ALIGNMENT,
  SECTIONS,
  STRUCTURE_IPV4,
  STRUCTURE_IPV6,
  STRUCTURES,
  structureOf,
} from '../../../src/engine/image-layout.ts'
import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../../../src/model/indicator.ts'

test('every section and every header field has one name and one place', () => {
  const names = SECTIONS.map((section) => section.name)
  const fields = Object.values(HEADER)

  expect(new Set(names).size).toBe(names.length)
  expect(new Set(fields).size).toBe(fields.length)
  expect(Math.max(...fields)).toBeLessThan(HEADER_WORDS)
})

test('every type and function has a structure of its own', () => {
  const found = INDICATOR_TYPES.flatMap((_, type) =>
    DETECTION_FUNCTIONS.map((_name, detectionFunction) => structureOf(type, detectionFunction)),
  )

  expect(found).not.toContain(-1)
  expect(new Set(found).size).toBe(20)
  expect(STRUCTURES.length).toBe(21)
})

test('the IPv6 set stands directly behind the IPv4 set', () => {
  expect(STRUCTURE_IPV6).toBe(STRUCTURE_IPV4 + 1)
})

test('sections start on multiples of 64, which every element divides', () => {
  expect([0, 1, 63, 64, 65].map(alignSection)).toEqual([0, 64, 64, 64, 128])
  expect(SECTION_ALIGNMENT % 8).toBe(0)
})

import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { DIAGNOSTIC_CODES } from '../../../src/rules/diagnostic-codes.ts'

const FOLDER = new URL('../../../src/rules/', import.meta.url)
const sources = globSync('**/*.ts', { cwd: FOLDER }).filter((name) => name !== 'diagnostic-codes.ts')
const written = new Set(
  sources.flatMap((name) =>
    Array.from(
      readFileSync(new URL(name, FOLDER), 'utf8').matchAll(/'([A-Z]{3,4}\d{3})'/g),
      ([, code]) => code,
    ),
  ),
)

test('every code that the rules give has its meaning in the table, and none is left over', () => {
  const known = Object.keys(DIAGNOSTIC_CODES)

  expect(written).toEqual(new Set(known))
  expect(known.length).toBeGreaterThan(60)
})

test('every meaning is one sentence', () => {
  const meanings = Object.values(DIAGNOSTIC_CODES)

  for (const meaning of meanings) expect(meaning).toMatch(/^[A-Z][^\n]*\.$/)
  expect(new Set(meanings).size).toBeGreaterThan(60)
})

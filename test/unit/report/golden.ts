import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { expect } from 'vitest'

const FOLDER = resolve(import.meta.dirname, '../../golden/report')

/**
 * Compares a text with the golden file of that name; `UPDATE_GOLDEN=1` writes it anew, and the change is then reviewed as prose.
 * ESC is stored as ␛, so that the files can be read.
 */
export function expectGolden(name: string, text: string): void {
  const path = resolve(FOLDER, name)
  const shown = text.replaceAll('\x1b', '␛') + '\n'
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, shown)
  }
  expect(shown).toBe(readFileSync(path, 'utf8'))
}

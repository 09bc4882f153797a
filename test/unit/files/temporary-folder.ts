import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'

/** Gives every test of a file one fresh folder, removed afterwards; the result tells a path in it. */
export function temporaryFolder(): (name?: string) => string {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'dryfire-files-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return (name = '.') => join(folder, name)
}

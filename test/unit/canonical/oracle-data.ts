import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { TestContext } from 'vitest'
import { DATA_FOLDER } from '../../support/data-folder.ts'

/** The text of an oracle file; where the data folder is absent the test is skipped and says so. */
export function oracleText(context: TestContext, path: string): string {
  const file = resolve(DATA_FOLDER, 'oracles', path)
  if (!existsSync(file)) context.skip(`oracle data ${path} is not here; set DRYFIRE_DATA`)
  return readFileSync(file, 'utf8')
}

import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { DATA_FOLDER } from '../../support/data-folder.ts'

/** Files of a folder of the data set as path and bytes, or null where the data set is absent. */
export function dataFiles(
  folder: string,
): readonly { readonly name: string; readonly bytes: Uint8Array }[] | null {
  const path = resolve(DATA_FOLDER, folder)
  if (!existsSync(path)) return null
  return readdirSync(path, { withFileTypes: true })
    .filter((item) => item.isFile())
    .map((item) => ({ name: item.name, bytes: readFileSync(resolve(path, item.name)) }))
}

/** Why a test that needs the data set did not run. */
export const NO_DATA = 'the data set is not beside the repository (DRYFIRE_DATA)'

import { resolve } from 'node:path'

/** Folder of real telemetry and oracles, `DRYFIRE_DATA` or beside the repository; tests that need it skip where it is absent. */
export const DATA_FOLDER: string =
  process.env['DRYFIRE_DATA'] ?? resolve(import.meta.dirname, '../../../shared/data')

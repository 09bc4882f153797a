import { defenderCsv } from './defender-csv.ts'
import { defenderEventHub } from './defender-event-hub.ts'
import { defenderHuntingApi } from './defender-hunting-api.ts'
import { defenderRows } from './defender-rows.ts'
import { defenderStorage } from './defender-storage.ts'
import type { LogFormat } from './format.ts'
import { genericCsv, genericJson } from './generic.ts'
import { zeekJson } from './zeek-json.ts'
import { zeekTsv } from './zeek-tsv.ts'

/** All formats, in the order in which they are tried; the generic ones take what is left. */
export const FORMATS: readonly LogFormat[] = [
  defenderStorage,
  defenderEventHub,
  defenderHuntingApi,
  defenderRows,
  defenderCsv,
  zeekTsv,
  zeekJson,
  genericJson,
  genericCsv,
]

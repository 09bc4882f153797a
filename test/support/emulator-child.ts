import { writeSync } from 'node:fs'
import { Emulator } from '../../src/emulator/emulator.ts'
import { definitionBody, indicatorBody } from './api-session.ts'

/** Stores entities in the database named by its argument until it is killed; prints a line for each answer. */

const emulator = Emulator.open({ database: process.argv[2] ?? null, auth: 'off' })
const send = async (path: string, body: unknown): Promise<readonly number[]> => {
  const response = await emulator.handle(
    new Request(`http://localhost/v1.0/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  )
  const json: unknown = await response.json()
  if (typeof json !== 'object' || json === null || !('value' in json) || !Array.isArray(json.value)) return []
  return json.value.map((entity: { readonly Id: number }) => entity.Id)
}

await send('AlertDefinitions', definitionBody())
for (;;) {
  const ids = await send('IndicatorsOfCompromise/Actions.BulkUpload', {
    iocs: [indicatorBody(), indicatorBody(), indicatorBody()],
  })
  writeSync(1, `${ids.join(',')}\n`)
}

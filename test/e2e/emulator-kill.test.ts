import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { ApiSession } from '../support/api-session.ts'

const KILLS = 8
const CHILD = fileURLToPath(import.meta.resolve('../support/emulator-child.ts'))

test('an emulator that is killed loses nothing that it acknowledged and keeps no half of an upload', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dryfire-kill-'))
  const database = join(folder, 'state.db')
  let acknowledged: readonly number[] = []
  try {
    for (let i = 0; i < KILLS; i += 1) {
      const lines = await killAfter(database, 1 + i * 7)
      acknowledged = [...acknowledged, ...lines.flatMap((line) => line.split(',').map(Number))]
      const stored = await storedIds(database)

      expect(acknowledged.filter((id) => !stored.has(id))).toEqual([])
      expect(stored.size % 3).toBe(0)
      expect(lines.length).toBeGreaterThan(i * 7)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  expect(new Set(acknowledged).size).toBe(acknowledged.length)
})

/** Whole lines that the child printed before it was killed, at least as many as told. */
async function killAfter(database: string, count: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [CHILD, database], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 20_000,
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    if (text.split('\n').length > count) child.kill('SIGKILL')
  })
  await once(child, 'close')
  return text.split('\n').slice(0, -1)
}

async function storedIds(database: string): Promise<ReadonlySet<number>> {
  using api = await ApiSession.open({ database })
  const { json } = await api.get('IndicatorsOfCompromise?$select=Id')
  return new Set(json.value?.map(({ Id }) => Number(Id)))
}

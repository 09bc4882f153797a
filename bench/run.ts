// Runs every benchmark, one process after the other, so that none inherits another's heap.
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('.', import.meta.url))
const files = globSync('**/*.bench.ts', { cwd: folder }).sort()
const failed = files.filter(
  (file) => spawnSync(process.execPath, [file], { cwd: folder, stdio: 'inherit' }).status !== 0,
)
if (failed.length > 0) {
  process.stderr.write(`failed: ${failed.join(', ')}\n`)
  process.exitCode = 1
}

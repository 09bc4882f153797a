import { exec } from 'node:child_process'
import { promisify } from 'node:util'

/**
 * Runs the parts of `npm run check` in two rows at a time, one for each core of the smallest machine that runs them: formatting
 * takes as long as all the rest. What a part prints is shown as a whole when it ends; every part runs, whatever others find.
 */
const ROWS = [['format'], ['lint', 'types', 'unused', 'package']]

async function isClean(part: string): Promise<boolean> {
  const start = performance.now()
  const { failed, printed } = await promisify(exec)(`npm run --silent check:${part}`, { maxBuffer: 2 ** 28 })
    .then(({ stdout, stderr }) => ({ failed: false, printed: stdout + stderr }))
    .catch((cause: { readonly stdout: string; readonly stderr: string }) => ({
      failed: true,
      printed: cause.stdout + cause.stderr,
    }))
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  process.stdout.write(`${printed}check:${part} ${failed ? 'failed' : 'is clean'} (${seconds} s)\n`)
  return !failed
}

const results = await Promise.all(
  ROWS.map(async (parts) => {
    let isRowClean = true
    for (const part of parts) isRowClean = (await isClean(part)) && isRowClean
    return isRowClean
  }),
)
process.exitCode = results.every(Boolean) ? 0 : 1

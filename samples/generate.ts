/**
 * Writes the samples: telemetry, rules, what a run over them must report, and the README that explains them.
 *
 *   node samples/generate.ts
 *
 * Everything comes from one seed and imports nothing of the tool, so that the expected numbers are an independent count.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { countExpected } from './generator/count.ts'
import type { ExpectedRun } from './generator/count.ts'
import { readmeText } from './generator/readme.ts'
import { ruleFiles } from './generator/rule-files.ts'
import { telemetryFiles } from './generator/telemetry-files.ts'

const MAIL_FILE = 'mail-and-cloud.ndjson'

/** Every file of the samples by its path below `samples`. */
export function generateSamples(): ReadonlyMap<string, Uint8Array> {
  const telemetry = telemetryFiles()
  const runs = [
    countExpected('everything', ['samples/telemetry'], telemetry),
    countExpected(
      'mail and cloud only',
      [`samples/telemetry/${MAIL_FILE}`],
      telemetry.filter((file) => file.name === MAIL_FILE),
    ),
  ]
  return new Map<string, Uint8Array>([
    ...telemetry.map((file) => [`telemetry/${file.name}`, file.bytes] as const),
    ...Array.from(ruleFiles(), ([name, text]) => [`rules/${name}`, Buffer.from(text)] as const),
    ['expected.json', Buffer.from(expectedText(runs))],
    ['README.md', Buffer.from(readmeText(telemetry, runs))],
  ])
}

/** JSON as the formatter would leave it: lists of one text stay on their line. */
function expectedText(runs: readonly ExpectedRun[]): string {
  return JSON.stringify({ runs }, null, 2).replace(/\[\s+("[^"]*")\s+\]/g, '[$1]') + '\n'
}

if (import.meta.main) {
  for (const [name, bytes] of generateSamples()) {
    const path = join(import.meta.dirname, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, bytes)
  }
}

import type { LintContext } from './lint-context.ts'

/** Digests of zero bytes: half of all installers and logs begin as such a file. */
const EMPTY_FILE_HASHES = new Set([
  'da39a3ee5e6b4b0d3255bfef95601890afd80709',
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  'd41d8cd98f00b204e9800998ecf8427e',
])
/** First bytes of those digests, so that a list of millions makes no string per row. */
const FIRST_BYTES = new Set(
  Array.from(EMPTY_FILE_HASHES, (hash) => firstBytes(hash.charCodeAt(0), hash.charCodeAt(1))),
)

/** Warns of the hash of the empty file, which fires on every empty file. */
export function lintEmptyFileHash(context: LintContext): void {
  const { count, valueOffset, valueBytes, type, detectionFunction } = context.rules.indicators
  for (let row = 0; row < count; row++) {
    if ((type[row] ?? 0) > 2 || detectionFunction[row] !== 0) continue
    const start = valueOffset[row] ?? 0
    if (!FIRST_BYTES.has(firstBytes(valueBytes[start] ?? 0, valueBytes[start + 1] ?? 0))) continue
    if (!EMPTY_FILE_HASHES.has(context.valueOf(row))) continue
    context.reportRow(row, {
      code: 'LINT005',
      severity: 'warning',
      message: `this ${context.typeOf(row)} is the hash of the empty file, and fires on every empty file`,
      fix: 'Delete the IOC.',
    })
  }
}

function firstBytes(first: number, second: number): number {
  return first * 256 + second
}

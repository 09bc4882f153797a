import type { Diagnostic } from '../model/diagnostic.ts'
import type { FieldMap } from '../model/field-map.ts'
import { decompress, sniffCompression } from '../logs/decompress.ts'
import { parseFieldMap } from '../logs/user-map.ts'
import { quoted } from '../rules/rule-node.ts'
import type { TestLog } from './prepare-test.ts'
import type { PlacedText, RuleTest, TestReader } from './test-file.ts'

/** Decompressed bytes of one log of a test; larger ones are for `replay`. */
const LOG_BYTES_LIMIT = 64 * 2 ** 20
/** Growth of a compressed log beyond which it is taken for a bomb. */
const RATIO_LIMIT = 1000

/** The files that a test names, read; or what cannot be. */
export interface TestFiles {
  readonly logs: readonly TestLog[]
  readonly fieldMap: FieldMap | null
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads the logs and the field map that a test names. */
export async function loadTestFiles(test: RuleTest, reader: TestReader): Promise<TestFiles> {
  const logs: TestLog[] = []
  const diagnostics: Diagnostic[] = []
  for (const placed of test.logs) {
    const loaded = await loadLog(test.file, placed, reader)
    if ('bytes' in loaded) logs.push(loaded)
    else diagnostics.push(loaded)
  }
  const { fieldMap } = test
  if (fieldMap === null) return { logs, fieldMap: null, diagnostics }
  const bytes = reader.readFile(test.file, fieldMap.text)
  if (bytes === null) {
    const message = `the field map ${quoted(fieldMap.text)} does not exist, or lies outside the folder`
    return { logs, fieldMap: null, diagnostics: [...diagnostics, problem('TEST018', message, fieldMap)] }
  }
  const parsed = parseFieldMap(fieldMap.text, new TextDecoder().decode(bytes))
  return parsed.ok
    ? { logs, fieldMap: parsed.map, diagnostics }
    : { logs, fieldMap: null, diagnostics: [...diagnostics, ...parsed.diagnostics] }
}

async function loadLog(file: string, placed: PlacedText, reader: TestReader): Promise<TestLog | Diagnostic> {
  const raw = reader.readFile(file, placed.text)
  if (raw === null) {
    const message = `the log ${quoted(placed.text)} does not exist, or lies outside the folder`
    return problem('TEST011', message, placed, 'Give the path relative to this test file.')
  }
  let fault: string | null = null
  const parts: Uint8Array[] = []
  let length = 0
  const note = ({ severity, message }: { readonly severity: string; readonly message: string }): void => {
    if (severity === 'error') fault ??= message
  }
  const plain = decompress(sniffCompression(raw), [raw], note, { maxRatio: RATIO_LIMIT })
  for await (const chunk of plain) {
    length += chunk.length
    if (length > LOG_BYTES_LIMIT) break
    parts.push(chunk.slice())
  }
  if (length > LOG_BYTES_LIMIT) fault = `it holds more than ${LOG_BYTES_LIMIT} bytes`
  if (fault !== null)
    return problem('TEST011', `the log ${quoted(placed.text)} cannot be read: ${fault}`, placed)
  return {
    name: placed.text,
    bytes: Buffer.concat(parts),
    span: placed.span,
    lines: null,
    kind: 'text',
  }
}

function problem(code: string, message: string, { span }: PlacedText, fix: string | null = null): Diagnostic {
  return { code, severity: 'error', message, fix, span, related: [] }
}

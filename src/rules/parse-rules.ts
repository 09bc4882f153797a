import type { Diagnostic, SourceSpan } from '../model/diagnostic.ts'
import type { RuleSet } from '../model/rule-set.ts'
import { assembleRules, compareBytes } from './assemble-rules.ts'
import { decodeSource } from './decode-source.ts'
import { DiagnosticList } from './diagnostic-list.ts'
import type { RuleReader } from './native-definition.ts'
import type { ParseOptions } from './parse-options.ts'
import { readRuleDocument } from './rule-document.ts'
import { RuleSetDraft } from './rule-set-draft.ts'

export type { RuleReader } from './native-definition.ts'
export type { ParseOptions } from './parse-options.ts'

/** A rule file as it was read. */
export interface RuleFile {
  /** As shown to the user, folders separated by `/`. */
  readonly name: string
  readonly bytes: Uint8Array
}

/** What became of every indicator that was read: read = kept + opaque + rejected (semantics 10). */
interface ParseAccounting {
  readonly read: number
  /** Rows of the rule set, duplicates and disabled ones included. */
  readonly kept: number
  readonly opaque: number
  readonly rejected: number
}

/** A rule set whose warnings are in `rules.warnings`, or every reason why there is none. */
export type ParseResult =
  | { readonly ok: true; readonly rules: RuleSet; readonly accounting: ParseAccounting }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[]; readonly rejected: number }

const DEFAULT_OPTIONS: ParseOptions = { nonEqualsHash: 'allow' }

/** A larger document takes YAML's reader many seconds; lists have their own. */
const YAML_BYTES_LIMIT = 16 * 2 ** 20
const JSON_BYTES_LIMIT = 128 * 2 ** 20

/**
 * Reads rule files into one rule set, or into every diagnostic at once: with one error nothing is loaded.
 * Never throws on contents. Files are read in the order of their names, so the order of `files` does not matter.
 * `reader` gives the bytes of a file named in `iocFiles`, or null where there is none.
 */
export function parseRules(
  files: readonly RuleFile[],
  reader: RuleReader,
  options: ParseOptions = DEFAULT_OPTIONS,
): ParseResult {
  const diagnostics = new DiagnosticList()
  const draft = new RuleSetDraft()
  for (const file of filesInOrder(files, diagnostics)) {
    if (!checkSize(file, diagnostics)) continue
    const source = decodeSource(file.name, file.bytes, diagnostics)
    if (source !== null) readRuleDocument(source, diagnostics, { draft, reader, options })
  }
  draft.resolveReferences(diagnostics)
  checkNotEmpty(files, draft, diagnostics)
  if (diagnostics.hasErrors) {
    return { ok: false, diagnostics: diagnostics.sorted(), rejected: draft.rejectedCount }
  }
  const rules = assembleRules(draft, diagnostics)
  const accounting = {
    read: draft.readCount,
    kept: rules.indicators.count,
    opaque: rules.opaque.length,
    rejected: draft.rejectedCount,
  }
  if (accounting.read !== accounting.kept + accounting.opaque + accounting.rejected) {
    throw new Error(`IOCs do not add up: ${JSON.stringify(accounting)}`)
  }
  return { ok: true, rules, accounting }
}

/** By name in UTF-8 byte order, then by contents; the same file given twice is read once. */
function filesInOrder(files: readonly RuleFile[], diagnostics: DiagnosticList): readonly RuleFile[] {
  const encoder = new TextEncoder()
  const keyed = files.map((file) => ({ file, key: encoder.encode(file.name) }))
  keyed.sort((a, b) => compareBytes(a.key, b.key) || compareBytes(a.file.bytes, b.file.bytes))
  const sorted = keyed.map(({ file }) => file)
  return sorted.filter((file, i) => {
    const before = sorted[i - 1]
    const isCopy = before?.name === file.name && compareBytes(before.bytes, file.bytes) === 0
    if (isCopy) {
      const message = `${file.name} was given twice; it is read once`
      diagnostics.warn(null, { code: 'RULE020', message, fix: null })
    }
    return !isCopy
  })
}

function checkSize({ name, bytes }: RuleFile, diagnostics: DiagnosticList): boolean {
  const limit = name.toLowerCase().endsWith('.json') ? JSON_BYTES_LIMIT : YAML_BYTES_LIMIT
  if (bytes.length <= limit) return true
  const span = { file: name, line: 1, column: 1, length: 1, lineText: '' }
  const spot = { file: name, span: (): SourceSpan => span }
  diagnostics.error(spot, {
    code: 'RULE004',
    message: `the file has ${bytes.length} bytes; a rule document may have ${limit}`,
    fix: 'Put the IOCs into a CSV list and name it under iocFiles.',
  })
  return false
}

/** An empty set of rules is never what somebody means: a plan from it would delete everything. */
function checkNotEmpty(files: readonly RuleFile[], draft: RuleSetDraft, diagnostics: DiagnosticList): void {
  if (files.length === 0) {
    diagnostics.error(null, {
      code: 'RULE017',
      message: 'no rule file was given',
      fix: 'Name a rule file or a folder with *.rules.yaml or *.rules.json.',
    })
  } else if (draft.definitions.length === 0 && !diagnostics.hasErrors) {
    diagnostics.error(draft.emptyList, {
      code: 'RULE016',
      message: `the rules hold no alert definition (files: ${files.length})`,
      fix: 'Add a definition under alertDefinitions.',
    })
  }
}

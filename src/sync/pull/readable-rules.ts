import { formatCount, formatCountOf } from '../../model/count-text.ts'
import type { Diagnostic } from '../../model/diagnostic.ts'
import { parseRules, type ParseOptions, type RuleFile } from '../../rules/parse-rules.ts'
import type { RemoteState } from '../entities.ts'
import { DEFINITIONS_REPLY, FIRST_REPLY_LINE, replyFiles } from './reply-files.ts'

/** What of a tenant can be read as rules, and why the rest cannot. */
export interface ReadableRules {
  readonly files: readonly RuleFile[]
  /** Warnings, each with its place in the reply. */
  readonly leftOut: readonly Diagnostic[]
}

/** Reasons that are told one by one; a tenant may hold thousands of definitions alike. */
const TOLD_REASONS = 100

/**
 * A tenant as replies that the rules' reader accepts: definitions that it refuses are left out with what is bound to them,
 * and said to be. What somebody else put into a tenant must not keep anyone from reading the rest of it.
 */
export function readableRules(remote: RemoteState, options: ParseOptions): ReadableRules {
  const told: Diagnostic[] = []
  let left = remote
  for (;;) {
    const files = replyFiles(left)
    const parsed = parseRules(files, { readSibling: () => null }, options)
    const errors = parsed.ok ? [] : parsed.diagnostics.filter(({ severity }) => severity === 'error')
    const refused = refusedDefinitions(left, errors)
    if (refused.size === 0) return { files, leftOut: bounded(told) }
    for (const [Id, error] of refused) told.push(reasonFor(left, Id, error))
    left = without(left, refused)
  }
}

/** The definitions on whose lines the reader found errors, by Id. Of indicators it refuses none: what is wrong is opaque. */
function refusedDefinitions(
  remote: RemoteState,
  errors: readonly Diagnostic[],
): ReadonlyMap<number, Diagnostic> {
  const refused = new Map<number, Diagnostic>()
  for (const error of errors) {
    if (error.span?.file !== DEFINITIONS_REPLY) continue
    const definition = remote.definitions[error.span.line - FIRST_REPLY_LINE]
    if (definition !== undefined && !refused.has(definition.Id)) refused.set(definition.Id, error)
  }
  return refused
}

function without({ definitions, indicators }: RemoteState, ids: ReadonlyMap<number, unknown>): RemoteState {
  return {
    definitions: definitions.filter(({ Id }) => !ids.has(Id)),
    indicators: indicators.filter(({ definitionId }) => !ids.has(definitionId)),
  }
}

function reasonFor(remote: RemoteState, Id: number, error: Diagnostic): Diagnostic {
  const bound = remote.indicators.filter(({ definitionId }) => definitionId === Id).length
  const fate = `the definition (Id ${Id}) and its ${formatCountOf(bound, 'IOC')} are left out`
  return {
    ...error,
    severity: 'warning',
    message: `${error.message}: ${fate}`,
    fix: 'Mend it in the service.',
  }
}

function bounded(told: readonly Diagnostic[]): readonly Diagnostic[] {
  const more = told.length - TOLD_REASONS
  if (more <= 0) return told
  const rest: Diagnostic = {
    code: 'RULE000',
    severity: 'warning',
    message: `${formatCount(more)} more definitions of the tenant are left out, which the rules refuse as well`,
    fix: null,
    span: null,
    related: [],
  }
  return [...told.slice(0, TOLD_REASONS), rest]
}

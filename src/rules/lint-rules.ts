import type { Diagnostic } from '../model/diagnostic.ts'
import type { RuleSet } from '../model/rule-set.ts'
import { lintBareDomain } from './lint/bare-domain.ts'
import { lintDefinitionContents } from './lint/definition-contents.ts'
import { lintDuplicates } from './lint/duplicates.ts'
import { lintEmptyFileHash } from './lint/empty-file-hash.ts'
import { LintContext } from './lint/lint-context.ts'
import type { LineTextReader } from './lint/lint-context.ts'
import { lintOpenEndedAddress } from './lint/open-ended-address.ts'
import { lintOpenEndedDomain } from './lint/open-ended-domain.ts'
import { lintTooBroad } from './lint/too-broad.ts'
import { lintWellKnownAddress } from './lint/well-known-address.ts'

export type { LineTextReader } from './lint/lint-context.ts'

const LINTS: readonly ((context: LintContext) => void)[] = [
  lintDuplicates,
  lintTooBroad,
  lintOpenEndedDomain,
  lintOpenEndedAddress,
  lintEmptyFileHash,
  lintBareDomain,
  lintWellKnownAddress,
  lintDefinitionContents,
]

/**
 * Says what is valid in the rules and yet hardly meant, in the order of files and places; at most 100 of each severity
 * per file. A rule set keeps no text: lines for display come from `lineTextOf`, where it is given.
 */
export function lintRules(rules: RuleSet, lineTextOf: LineTextReader = () => ''): readonly Diagnostic[] {
  const context = new LintContext(rules, lineTextOf)
  for (const lint of LINTS) lint(context)
  return context.diagnostics.sorted()
}

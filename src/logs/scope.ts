import { assertNever } from '../model/assert-never.ts'
import type { FieldScope } from '../model/field-map.ts'
import type { Semantics } from '../model/semantics.ts'

/** The switches that decide which fields are looked at. */
export type ScopeSemantics = Pick<Semantics, 'hashScope' | 'ipScope' | 'domainScope' | 'dnsAnswers'>

/** True when a field with this scope is looked at (semantics 4). */
export function isScopeOn(scope: FieldScope | null, semantics: ScopeSemantics): boolean {
  switch (scope) {
    case null:
      return true
    case 'actor-hash':
      return semantics.hashScope === 'both'
    case 'local-ip':
      return semantics.ipScope === 'all'
    case 'local-domain':
      return semantics.domainScope === 'all'
    case 'dns-answer':
      return semantics.dnsAnswers === 'on'
    default:
      return assertNever(scope)
  }
}

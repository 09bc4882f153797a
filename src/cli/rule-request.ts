import type { Diagnostic } from '../model/diagnostic.ts'
import type { RuleFile } from '../rules/parse-rules.ts'

/** The reference to the rules that the configured tenant holds. */
export const TENANT = 'tenant:'

/** The rules that a command line asks for. */
export interface RuleRequest {
  readonly rules: readonly string[]
  /** Values given with `--ioc`. */
  readonly iocs: readonly string[]
  /** Null: not given, so that an image's own setting holds. */
  readonly nonEqualsHash: 'allow' | 'reject' | null
  /** What `tenant:` stands for, read beforehand; absent where the rules name no tenant. */
  readonly tenant?: { readonly files: readonly RuleFile[]; readonly leftOut: readonly Diagnostic[] }
}

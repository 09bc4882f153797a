import { listRuleFiles } from '../files/list-rule-files.ts'
import { openImage } from './open-image.ts'
import type { ResolvedRules } from './resolve-rules.ts'
import type { RuleRequest } from './rule-request.ts'

/**
 * What `resolveRules` gives. A single compiled image is opened without what reads and compiles rules, which takes as
 * long to load as a million IOCs.
 */
export async function loadRules(request: RuleRequest): Promise<ResolvedRules> {
  const { rules, iocs, nonEqualsHash } = request
  const [name] = rules
  if (rules.length === 1 && iocs.length === 0 && name !== undefined && /^(?!git:).*\.dfx$/.test(name)) {
    const { files, problems } = listRuleFiles([name], { cwd: process.cwd() })
    const [file] = files
    if (files.length === 1 && problems.length === 0 && file?.kind === 'image')
      return { image: openImage(file, nonEqualsHash), rules: null, warnings: [], paths: [file.path] }
  }
  const { resolveRules } = await import('./resolve-rules.ts')
  return resolveRules(request)
}

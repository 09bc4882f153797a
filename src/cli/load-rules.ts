import { listRuleFiles } from '../files/list-rule-files.ts'
import { compileKernel } from '../engine/sieve/kernel.ts'
import type { ImageSpace } from '../engine/sieve/image-space.ts'
import { openImage, openReadImage } from './open-image.ts'
import { nameOneImage } from './read-image-ahead.ts'
import type { ResolvedRules } from './resolve-rules.ts'
import type { RuleRequest } from './rule-request.ts'

/**
 * What `resolveRules` gives. A single compiled image is opened without what reads and compiles rules, which takes as
 * long to load as a million IOCs. `ahead` is what was read of that image.
 */
export async function loadRules(
  request: RuleRequest,
  ahead: Promise<ImageSpace | null> | null,
): Promise<ResolvedRules> {
  const { rules, iocs, nonEqualsHash } = request
  const [name] = rules
  if (name !== undefined && iocs.length === 0 && nameOneImage(rules)) {
    const { files, problems } = listRuleFiles([name], { cwd: process.cwd() })
    const [file] = files
    if (files.length === 1 && problems.length === 0 && file?.kind === 'image') {
      compileKernel() // the rest of the reading takes longer
      const read = await ahead
      const image = read === null ? openImage(file, nonEqualsHash) : openReadImage(file, read, nonEqualsHash)
      return { image, rules: null, warnings: [], paths: [file.path] }
    }
  }
  const { resolveRules } = await import('./resolve-rules.ts')
  return resolveRules(request)
}

import { CompileError } from '../engine/compile-error.ts'
import type { ListedRuleFile } from '../files/list-rule-files.ts'
import { rulesOfImage } from '../harness/diff/rules-of-image.ts'
import type { RuleSet } from '../model/rule-set.ts'
import { openImage, placeless, refusingDamage } from './open-image.ts'
import type { RuleRequest } from './rule-request.ts'
import { RulesRejectedError } from './rules-rejected.ts'

/** What was compiled into an image, as rules that can be changed and compiled again; its name is their only source. */
export function rulesInImage(file: ListedRuleFile, nonEqualsHash: RuleRequest['nonEqualsHash']): RuleSet {
  const image = openImage(file, nonEqualsHash)
  return refusingDamage(file, () => ({ ...rulesOfImage(image), sources: [file.name] }))
}

/**
 * An image may hold values that no compiler of ours writes, which shows when what it holds is compiled again: it is then refused
 * as any other damaged one. Every other error is given back.
 */
export function refusedAgain(error: unknown): unknown {
  if (!(error instanceof CompileError) || error.code !== 'not-canonical') return error
  const message = `an image holds a value that is not canonical: ${error.message}`
  return new RulesRejectedError([placeless(error.code, message, 'compile the rules again')])
}

import { expect, test } from 'vitest'
import type { Diagnostic } from '../../../src/model/diagnostic.ts'
import { lintRules } from '../../../src/rules/lint-rules.ts'
import { DOCUMENT_CASES, LINT_CASES } from './document-faults.cases.ts'
import { acceptedRules, nativeFile, parseTexts, refusals } from './rule-texts.ts'

function faultText({ code, span, message, fix }: Diagnostic): string {
  return `${code} ${span?.line}:${span?.column}+${span?.length} ${message} | ${fix}`
}

test.for(DOCUMENT_CASES)('the file %s of %j is answered with %j', ([name, text, faults]) => {
  const result = parseTexts({ [name]: text })

  const found = result.ok ? result.rules.warnings : result.diagnostics

  expect(found.map(faultText)).toEqual(faults)
})

test.for(LINT_CASES)('lint says of the indicator %s: %j', ([indicator, lints]) => {
  const rules = acceptedRules({ 'a.yaml': nativeFile('a', indicator) })

  const found = lintRules(rules).map(
    ({ severity, code, message, fix }) => `${severity} ${code} ${message} | ${fix}`,
  )

  expect(found).toEqual(lints)
})

test('YAML is read down to its limit of nesting and refused behind it', () => {
  const maps = (depth: number): string => `${'{a: '.repeat(depth)}1${'}'.repeat(depth)}`
  const lists = (depth: number): string => `${'['.repeat(depth)}1${']'.repeat(depth)}`

  expect(refusals({ 'a.yaml': maps(64) })).toEqual(['RULE012 1:2'])
  expect(refusals({ 'a.yaml': lists(64) })).toEqual(['RULE005 1:1'])
  expect(refusals({ 'a.yaml': maps(65) })).toEqual(['RULE011 1:257'])
  expect(refusals({ 'a.yaml': lists(65) })).toEqual(['RULE011 1:65'])
})

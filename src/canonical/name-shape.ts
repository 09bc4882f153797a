import { DOMAIN_LABEL_LIMIT, DOMAIN_TEXT_LIMIT } from '../model/indicator.ts'
import { quoted } from './value-problem.ts'

/**
 * Why text of name characters (`a-z 0-9 _ . -`) is no host name, as "expected …, found …", or null when it is
 * one: labels of 1 to 63 characters, 253 in all, no hyphen at either end, last label not only digits (semantics 5).
 */
export function nameShapeProblem(name: string): string | null {
  if (name.length > DOMAIN_TEXT_LIMIT) {
    return `expected at most ${DOMAIN_TEXT_LIMIT} characters, found ${name.length}: ${quoted(name)}`
  }
  const labels = name.split('.')
  for (const label of labels) {
    if (label === '')
      return `expected a label between every two dots and at both ends, found none in ${quoted(name)}`
    if (label.length > DOMAIN_LABEL_LIMIT) {
      return `expected at most ${DOMAIN_LABEL_LIMIT} characters in a label, found ${label.length}: ${quoted(label)}`
    }
    if (label.startsWith('-') || label.endsWith('-')) {
      return `expected no hyphen at either end of a label, found ${quoted(label)}`
    }
  }
  const last = labels.at(-1) ?? ''
  return /^[0-9]+$/.test(last) ? `expected a last label that is not only digits, found ${quoted(last)}` : null
}

import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { InputProblem } from '../model/replay-summary.ts'
import { STDIN_PATH } from './byte-source.ts'
import { isGlob } from './expand-glob.ts'
import { listInputs } from './list-inputs.ts'
import type { ListedInput, ListOptions } from './list-inputs.ts'

const RULE_FILE = /\.rules\.(?:ya?ml|json)$/i
const IMAGE_FILE = /\.dfx$/i
const GIVEN_RULE_FILE = /\.(?:ya?ml|json)$/i

/** True where a file of a folder or a commit is a rule file by its name. */
export function isRuleFileName(name: string): boolean {
  return RULE_FILE.test(name)
}

/** A rule file or an image, and which of the two by its name. */
export interface ListedRuleFile extends ListedInput {
  readonly kind: 'rules' | 'image'
}

/** What rule references lead to, and what is wrong with them. */
export interface RuleFileList {
  readonly files: readonly ListedRuleFile[]
  readonly problems: readonly InputProblem[]
}

/**
 * Turns rule references (files, folders, globs) into rule files and images, in the order given.
 * Of a folder only `*.rules.yaml`, `.yml`, `.json` and `*.dfx` count; any `.yaml`, `.yml` or `.json` counts when it or a glob names its extension.
 */
export function listRuleFiles(paths: readonly string[], options: ListOptions): RuleFileList {
  const files: ListedRuleFile[] = []
  const problems: InputProblem[] = []
  for (const path of paths) {
    if (path === STDIN_PATH) {
      problems.push(problemOf(path, 'rules are not read from standard input', 'write them to a file'))
      continue
    }
    const isNamed = isFileItself(resolve(options.cwd, path)) || (isGlob(path) && GIVEN_RULE_FILE.test(path))
    const listed = listInputs([path], options)
    const found = listed.inputs.flatMap((input) => ruleFileOf(input, isNamed))
    for (const problem of listed.problems) if (concernsRules(problem, path)) problems.push(problem)
    if (found.length === 0 && !listed.problems.some((problem) => problem.severity === 'error'))
      problems.push(noRules(path, isNamed))
    for (const file of found) files.push(file)
  }
  return withoutCopies(files, problems)
}

/** Copies and devices among a folder's other files are not worth a word here. */
function concernsRules(problem: InputProblem, path: string): boolean {
  const { source, severity } = problem
  return severity === 'error' || source === path || isRuleFileName(source) || IMAGE_FILE.test(source)
}

function ruleFileOf(input: ListedInput, isNamed: boolean): readonly ListedRuleFile[] {
  if (IMAGE_FILE.test(input.name)) return [{ ...input, kind: 'image' }]
  const pattern = isNamed ? GIVEN_RULE_FILE : RULE_FILE
  return pattern.test(input.name) ? [{ ...input, kind: 'rules' }] : []
}

function withoutCopies(files: readonly ListedRuleFile[], problems: InputProblem[]): RuleFileList {
  const seen = new Map<string, string>()
  const kept = files.filter((file) => {
    const stats = statSync(file.path, { bigint: true, throwIfNoEntry: false })
    const identity = stats === undefined ? file.path : `${stats.dev}:${stats.ino}`
    const first = seen.get(identity)
    if (first === undefined) seen.set(identity, file.name)
    else
      problems.push({
        source: file.name,
        severity: 'warning',
        message: `is the same file as ${first} and is read once`,
        fix: null,
      })
    return first === undefined
  })
  return { files: kept, problems }
}

function noRules(path: string, isNamed: boolean): InputProblem {
  return isNamed
    ? problemOf(path, 'is no rule file by its name', 'name it *.rules.yaml, *.rules.json or *.dfx')
    : problemOf(path, 'holds no rule file', 'name rule files *.rules.yaml or *.rules.json')
}

function problemOf(source: string, message: string, fix: string): InputProblem {
  return { source, severity: 'error', message, fix }
}

function isFileItself(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats !== undefined && !stats.isDirectory()
}

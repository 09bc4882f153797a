import { readFileSync } from 'node:fs'
import { guessIndicatorType } from '../canonical/guess-type.ts'
import { compileRules } from '../engine/compile-rules.ts'
import { IndexImage } from '../engine/image-reader.ts'
import { fileErrorFrom } from '../files/file-error.ts'
import type { ListedRuleFile } from '../files/list-rule-files.ts'
import { listRuleFiles } from '../files/list-rule-files.ts'
import { readSibling } from '../files/read-sibling.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { RuleSet } from '../model/rule-set.ts'
import type { RuleFile } from '../rules/parse-rules.ts'
import { parseRules } from '../rules/parse-rules.ts'
import { readGitRules } from './git-rules.ts'
import { RulesRejectedError } from './rules-rejected.ts'
import { UsageError } from './usage-error.ts'

export interface RuleRequest {
  readonly rules: readonly string[]
  /** Values given with `--ioc`. */
  readonly iocs: readonly string[]
  /** Null: not given, so that an image's own setting holds. */
  readonly nonEqualsHash: 'allow' | 'reject' | null
}

export interface ResolvedRules {
  readonly image: IndexImage
  /** Null when the rules came as a compiled image. */
  readonly rules: RuleSet | null
  readonly warnings: readonly Diagnostic[]
}

/** Name of the definition that holds the values of `--ioc`, and of the file that problems with them name. */
const COMMAND_LINE = '--ioc'

/** Rule references to an image: files, folders, globs, one `.dfx`, `git:REF:PATH`. Throws RulesRejectedError or UsageError. */
export function resolveRules(request: RuleRequest): ResolvedRules {
  const { images, files, reader } = collect(request)
  const image = images[0]
  if (image !== undefined) {
    if (images.length > 1 || files.length > 0)
      throw new UsageError(
        `${image.name} is a compiled image and stands for a whole rule set`,
        'give one image, or rule files only',
      )
    return { image: openImage(image, request.nonEqualsHash), rules: null, warnings: [] }
  }
  const nonEqualsHash = request.nonEqualsHash ?? 'allow'
  const parsed = parseRules(files, reader, { nonEqualsHash })
  if (!parsed.ok) throw new RulesRejectedError(parsed.diagnostics)
  const compiled = compileRules(parsed.rules, { nonEqualsHash, read: parsed.accounting.read })
  return { image: IndexImage.open(compiled.image), rules: parsed.rules, warnings: parsed.rules.warnings }
}

/** The rule set without compiling it, for `lint`. */
export function resolveRuleSet(request: RuleRequest): RuleSet {
  const { images, files, reader } = collect(request)
  if (images[0] !== undefined)
    throw new UsageError(
      `${images[0].name} is a compiled image; it has no source to look at`,
      'give the rule files',
    )
  const parsed = parseRules(files, reader, { nonEqualsHash: request.nonEqualsHash ?? 'allow' })
  if (!parsed.ok) throw new RulesRejectedError(parsed.diagnostics)
  return parsed.rules
}

interface Collected {
  readonly images: readonly ListedRuleFile[]
  readonly files: readonly RuleFile[]
  readonly reader: { readonly readSibling: (ruleFile: string, relativePath: string) => Uint8Array | null }
}

function collect(request: RuleRequest): Collected {
  if (request.rules.length === 0 && request.iocs.length === 0)
    throw new UsageError('no rules given', 'name them with -r RULES, or a single value with --ioc VALUE')
  const remote = request.rules.find((reference) => reference.startsWith('tenant:'))
  if (remote !== undefined) throw new UsageError(`"${remote}": this version cannot read rules from a tenant`)
  const gitRules = request.rules.filter((reference) => reference.startsWith('git:')).map(readGitRules)
  const listed = listRuleFiles(
    request.rules.filter((reference) => !reference.startsWith('git:')),
    { cwd: process.cwd() },
  )
  const errors = listed.problems.filter((problem) => problem.severity === 'error')
  if (errors.length > 0)
    throw new RulesRejectedError(
      errors.map(({ source, message, fix }) => placeless('RULE000', `${source}: ${message}`, fix)),
    )
  const paths = new Map(listed.files.map((file) => [file.name, file.path]))
  const files = listed.files.filter((file) => file.kind === 'rules').map(readRuleFile)
  return {
    images: listed.files.filter((file) => file.kind === 'image'),
    files: [...files, ...gitRules.flatMap((rules) => rules.files), ...commandLineRules(request.iocs)],
    reader: {
      readSibling: (ruleFile, named) => {
        const path = paths.get(ruleFile)
        if (path !== undefined) return readSibling(path, named)
        const owner = gitRules.find((rules) => rules.files.some((file) => file.name === ruleFile))
        return owner?.readSibling(ruleFile, named) ?? null
      },
    },
  }
}

function readRuleFile(file: ListedRuleFile): RuleFile {
  try {
    return { name: file.name, bytes: readFileSync(file.path) }
  } catch (cause) {
    throw new RulesRejectedError([
      placeless('RULE000', fileErrorFrom(cause, 'read', file.name).message, null),
    ])
  }
}

function openImage(file: ListedRuleFile, nonEqualsHash: RuleRequest['nonEqualsHash']): IndexImage {
  const image = IndexImage.open(readRuleFile(file).bytes)
  if (nonEqualsHash !== null && nonEqualsHash !== image.options.nonEqualsHash)
    throw new UsageError(
      `${file.name} was compiled with --non-equals-hash ${image.options.nonEqualsHash}, not ${nonEqualsHash}`,
      'compile the rules again with that option, or leave it out',
    )
  return image
}

/** Values of `--ioc` as a rule file of their own, so that they go the way of every other indicator. */
function commandLineRules(values: readonly string[]): readonly RuleFile[] {
  if (values.length === 0) return []
  const iocs = values.map((value) => ({ Type: guessIndicatorType(value) ?? 'DomainName', Value: value }))
  const definition = {
    Name: COMMAND_LINE,
    Title: 'Value given on the command line',
    Severity: 'Informational',
    Category: 'General',
    UxDescription: 'A value given with --ioc was seen.',
    iocs,
  }
  const text = JSON.stringify({ alertDefinitions: [definition] })
  return [{ name: COMMAND_LINE, bytes: new TextEncoder().encode(text) }]
}

function placeless(code: string, message: string, fix: string | null): Diagnostic {
  return { code, severity: 'error', message, fix, span: null, related: [] }
}

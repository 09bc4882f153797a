import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { guessIndicatorType } from '../canonical/guess-type.ts'
import { compileRules } from '../engine/compile-rules.ts'
import { IndexImage } from '../engine/image-reader.ts'
import { FileError } from '../files/file-error.ts'
import type { ListedRuleFile } from '../files/list-rule-files.ts'
import { listRuleFiles } from '../files/list-rule-files.ts'
import { ruleFileReader } from '../files/rule-reader.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { RuleSet } from '../model/rule-set.ts'
import type { LineTextReader } from '../rules/lint-rules.ts'
import type { RuleFile, RuleReader } from '../rules/parse-rules.ts'
import { parseRules } from '../rules/parse-rules.ts'
import { readGitRules } from './git-rules.ts'
import { openImage, placeless, readable } from './open-image.ts'
import { rulesInImage } from './rules-in-image.ts'
import type { RuleRequest } from './rule-request.ts'
import { TENANT } from './rule-request.ts'
import { RulesRejectedError } from './rules-rejected.ts'
import { SourceLines } from './source-lines.ts'
import { UsageError } from './usage-error.ts'

/** Rules ready to match, and where they came from. */
export interface ResolvedRules {
  readonly image: IndexImage
  /** Null when the rules came as a compiled image. */
  readonly rules: RuleSet | null
  readonly warnings: readonly Diagnostic[]
  /** The files that were read: no output may overwrite them. */
  readonly paths: readonly string[]
}

/** A rule set with the text that findings in it show. */
export interface ResolvedRuleSet {
  readonly rules: RuleSet
  readonly warnings: readonly Diagnostic[]
  readonly lineTextOf: LineTextReader
  /** Every file that was read, the lists beside the rules included, under its absolute path or its `git:` name. */
  readonly files: readonly RuleFile[]
}

/** The reference to the tenant without its colon is a path like any other. */
const BARE_TENANT = TENANT.slice(0, -1)
const TENANT_FIX = `write ${TENANT} for what the configured tenant holds`

/** Name of the definition that holds the values of `--ioc`, and of the file that problems with them name. */
const COMMAND_LINE = '--ioc'

/**
 * Rule references to an image: files, folders, globs, one `.dfx`, `git:REF:PATH`, `tenant:`.
 * Throws RulesRejectedError or UsageError.
 */
export function resolveRules(request: RuleRequest): ResolvedRules {
  const { images, files, reader, warnings, paths } = collect(request)
  const image = images[0]
  if (image !== undefined) {
    refuseBesideImage(image, images, files)
    return { image: openImage(image, request.nonEqualsHash), rules: null, warnings, paths }
  }
  const nonEqualsHash = request.nonEqualsHash ?? 'allow'
  const parsed = parse(files, reader, nonEqualsHash)
  const compiled = compileRules(parsed.rules, { nonEqualsHash, read: parsed.read })
  return {
    image: IndexImage.open(compiled.image),
    rules: parsed.rules,
    warnings: [...warnings, ...parsed.warnings],
    paths,
  }
}

/** Whether an image may stand for rules: only where neither their places nor their own words are asked for. */
export interface RuleSetOptions {
  readonly mayBeImage: boolean
}

/**
 * The rule set without compiling it. Of an image it is what was compiled, where that will do, else the image is refused; one
 * that only lies in a folder beside rule files is left out with a warning.
 */
export function resolveRuleSet(
  request: RuleRequest,
  options: RuleSetOptions = { mayBeImage: false },
): ResolvedRuleSet {
  const { images, files, reader, warnings, read } = collect(request)
  const meant = images.find(({ name }) => request.rules.includes(name) || files.length === 0)
  if (meant !== undefined) {
    if (!options.mayBeImage)
      throw new UsageError(
        `${meant.name} is a compiled image: it holds neither the places nor the disabled IOCs of its rules, nor their tests`,
        'give the rule files it was compiled from; replay, explain, diff, bench, test and generate take images',
      )
    refuseBesideImage(meant, images, files)
    return { rules: rulesInImage(meant, request.nonEqualsHash), warnings, lineTextOf: () => '', files: read }
  }
  const leftOut = images.map(({ name }) =>
    placeless('RULE000', `${name} is a compiled image and is left out`, null, 'warning'),
  )
  const lines = new SourceLines(files)
  const parsed = parse(files, lines.watching(reader), request.nonEqualsHash ?? 'allow')
  return {
    rules: parsed.rules,
    warnings: [...warnings, ...leftOut, ...parsed.warnings],
    lineTextOf: (file, line) => lines.textOf(file, line),
    files: read,
  }
}

function refuseBesideImage(
  image: ListedRuleFile,
  images: readonly ListedRuleFile[],
  files: readonly RuleFile[],
): void {
  if (images.length === 1 && files.length === 0) return
  throw new UsageError(
    `${image.name} is a compiled image and stands for a whole rule set`,
    'give one image, or rule files only',
  )
}

interface Parsed {
  readonly rules: RuleSet
  readonly warnings: readonly Diagnostic[]
  readonly read: number
}

function parse(files: readonly RuleFile[], reader: RuleReader, nonEqualsHash: 'allow' | 'reject'): Parsed {
  const parsed = parseRules(files, reader, { nonEqualsHash })
  if (!parsed.ok) throw new RulesRejectedError(parsed.diagnostics.map(withoutCommandLinePlace))
  const warnings = parsed.rules.warnings.map(withoutCommandLinePlace)
  return { rules: parsed.rules, warnings, read: parsed.accounting.read }
}

/** The values of `--ioc` stand in a text that the user never wrote: no place in it helps, nor a word about its keys. */
function withoutCommandLinePlace(diagnostic: Diagnostic): Diagnostic {
  const { span, message, fix } = diagnostic
  if (span?.file !== COMMAND_LINE) return diagnostic
  const said = fix?.replace(/^Set Type to \w+ and Value to /, 'Write ') ?? null
  return { ...diagnostic, span: null, message: `${COMMAND_LINE}: ${message}`, fix: said }
}

interface Collected {
  readonly images: readonly ListedRuleFile[]
  readonly files: readonly RuleFile[]
  readonly reader: RuleReader
  readonly warnings: readonly Diagnostic[]
  readonly paths: readonly string[]
  /** Grows while the rules are parsed: lists are read when a definition names them. */
  readonly read: readonly RuleFile[]
}

function collect(request: RuleRequest): Collected {
  if (request.rules.length === 0 && request.iocs.length === 0)
    throw new UsageError('no rules given', 'name them with -r RULES, or a single value with --ioc VALUE')
  const gitRules = request.rules.filter((reference) => reference.startsWith('git:')).map(readGitRules)
  const listed = listRuleFiles(
    request.rules.filter((reference) => !reference.startsWith('git:') && reference !== TENANT),
    { cwd: process.cwd() },
  )
  const problems = listed.problems.map(({ source, severity, message, fix }) =>
    placeless('RULE000', `${source}: ${message}`, source === BARE_TENANT ? TENANT_FIX : fix, severity),
  )
  const errors = problems.filter((problem) => problem.severity === 'error')
  if (errors.length > 0) throw new RulesRejectedError(errors)
  const tenant = request.rules.includes(TENANT) ? request.tenant : undefined
  const disk = ruleFileReader(listed.files)
  const paths = listed.files.map((file) => file.path)
  const pathOf = new Map(listed.files.map((file) => [file.name, file.path]))
  const files = listed.files.filter((file) => file.kind === 'rules').map(readRuleFile)
  const read: RuleFile[] = [
    ...files.map((file) => ({ ...file, name: pathOf.get(file.name) ?? file.name })),
    ...gitRules.flatMap((rules) => rules.files),
  ]
  const noted = (name: string, bytes: Uint8Array | null): Uint8Array | null => {
    if (bytes !== null) read.push({ name, bytes })
    return bytes
  }
  return {
    images: listed.files.filter((file) => file.kind === 'image'),
    files: [
      ...files,
      ...gitRules.flatMap((rules) => rules.files),
      ...(tenant?.files ?? []),
      ...commandLineRules(request.iocs),
    ],
    reader: {
      readSibling: (ruleFile, named) => {
        const owner = gitRules.find((rules) => rules.files.some((file) => file.name === ruleFile))
        if (owner !== undefined) return noted(`${ruleFile}/../${named}`, owner.readSibling(ruleFile, named))
        const path = resolve(dirname(pathOf.get(ruleFile) ?? '.'), named)
        paths.push(path)
        try {
          return noted(path, disk.readSibling(ruleFile, named))
        } catch (error) {
          if (!(error instanceof FileError)) throw error
          throw new RulesRejectedError([placeless('RULE000', `${ruleFile}: ${error.message}`, error.fix)])
        }
      },
    },
    warnings: [...problems, ...(tenant?.leftOut ?? [])],
    paths,
    read,
  }
}

function readRuleFile(file: ListedRuleFile): RuleFile {
  return { name: file.name, bytes: readable(file, () => readFileSync(file.path)) }
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

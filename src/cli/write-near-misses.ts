import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileErrorFrom } from '../files/file-error.ts'
import { writeAtomic } from '../files/write-atomic.ts'
import type { GeneratedTests, NearMissTests } from '../harness/generate/near-miss-file.ts'
import { nearMissTests } from '../harness/generate/near-miss-file.ts'
import type { TestRules } from '../harness/test-rules.ts'
import { defenderRows } from '../logs/formats/defender-rows.ts'
import { NO_ENVELOPE } from '../logs/formats/envelope.ts'
import type { FieldMap } from '../model/field-map.ts'
import type { Semantics } from '../model/semantics.ts'
import { escapeTerminal } from '../report/escape.ts'
import { formatCount, formatCountOf } from '../model/count-text.ts'
import { ruleFileNames } from '../sync/pull/rule-file-names.ts'
import type { CommandContext } from './command-context.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { refuseCollidingOutputs } from './output-names.ts'
import { readFieldMap } from './read-settings.ts'
import { UsageError } from './usage-error.ts'

/** Unreachable IOCs that are named. */
const NAMED_LIMIT = 5

/** Writes a test of every IOC to standard output, a file, or a folder with a file per definition. */
export async function writeNearMisses(
  { flags, values, output }: CommandContext,
  given: {
    readonly rules: TestRules | null
    readonly semantics: Semantics
    readonly inputs: readonly string[]
  },
): Promise<ExitCode> {
  const { rules, semantics, inputs } = given
  if (rules === null) throw new UsageError('--near-misses needs rules', 'name them with -r RULES')
  for (const name of ['events', 'hits', 'format', 'seed'])
    if (flags[name] !== undefined)
      throw new UsageError(
        `--${name} is for telemetry, and --near-misses writes tests`,
        'leave one of them out',
      )
  const target = typeof flags['output'] === 'string' ? flags['output'] : '-'
  const isFolder = target !== '-' && (target.endsWith('/') || isExistingFolder(target))
  const fieldMap = (await readFieldMap(values)) ?? defenderRows.fieldMap ?? NO_MAP
  const made = nearMissTests(rules, { semantics, fieldMap, isPerDefinition: isFolder })
  if (made.files.length === 0)
    throw new UsageError('the rules hold no IOC that is enabled', 'give other rules')
  if (target === '-') for (const { text } of made.files) output.out(text)
  else writeFiles(made.files, isFolder ? target : null, target, inputs)
  if (flags['quiet'] !== true) output.error(inWords(made, rules))
  return EXIT.ok
}

/** Creates the folder that was asked for, and none above it: that would be a path that was mistyped. */
function makeFolder(path: string): void {
  if (isExistingFolder(path)) return
  try {
    mkdirSync(path)
  } catch (cause) {
    throw fileErrorFrom(cause, 'write', path)
  }
}

function isExistingFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

function writeFiles(
  files: readonly GeneratedTests[],
  folder: string | null,
  target: string,
  inputs: readonly string[],
): void {
  const names = folder === null ? [target] : fileNames(files).map((name) => join(folder, name))
  refuseCollidingOutputs(
    names.map((path) => ({ option: '--output', path })),
    inputs,
  )
  for (const path of names) refuseWritten(path)
  if (folder !== null) makeFolder(folder)
  const encoder = new TextEncoder()
  for (const [i, { text }] of files.entries()) writeAtomic(names[i] ?? target, encoder.encode(text))
}

/** One name per file; a definition that goes on in another file has its number. */
function fileNames(files: readonly GeneratedTests[]): readonly string[] {
  const definitions = [...new Set(files.map(({ definition }) => definition ?? ''))]
  const slugs = ruleFileNames(definitions.map((Name, Id) => ({ Id, Name })))
  const parts = new Map<string, number>()
  return files.map(({ definition }) => {
    const name = definition ?? ''
    const part = (parts.get(name) ?? 0) + 1
    parts.set(name, part)
    const slug = slugs.get(definitions.indexOf(name)) ?? 'tests'
    return `${slug}${part === 1 ? '' : `-part-${part}`}.generated.test.yaml`
  })
}

/** What a person wrote is not overwritten: a file that is there must say that it is generated. */
function refuseWritten(path: string): void {
  if (!existsSync(path)) return
  if (/^generated:[ \t]*true[ \t]*$/m.test(readFileSync(path, 'utf8'))) return
  throw new UsageError(
    `${path} is there and does not say generated: true`,
    'write to another file, or remove this one',
  )
}

function inWords({ files, fired, silentEvents, unreachable }: NearMissTests, rules: TestRules): string {
  const tests = files.reduce((sum, file) => sum + file.tests, 0)
  const lines = [
    `${formatCountOf(tests, 'test')}: ${formatCount(fired)} of ${formatCountOf(rules.image.indicatorCount, 'IOC')} proven to fire, ${formatCountOf(silentEvents, 'near miss', 'near misses')} proven silent`,
    ...unreachable
      .slice(0, NAMED_LIMIT)
      .map(
        ({ definition, indicator: { Type, DetectionFunction, Value } }) =>
          `no event was found on which ${escapeTerminal(definition)}: ${Type} ${DetectionFunction} ${escapeTerminal(Value)} fires`,
      ),
  ]
  const left = unreachable.length - NAMED_LIMIT
  return `${[...lines, ...(left > 0 ? [`and ${formatCount(left)} more`] : [])].join('\n')}\n`
}

const NO_MAP: FieldMap = {
  name: 'none',
  entries: [],
  envelope: NO_ENVELOPE,
  unmatchedTables: [],
  tableAliases: {},
  tablePrefix: '',
  any: false,
}

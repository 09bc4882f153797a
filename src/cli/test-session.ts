import { statSync } from 'node:fs'
import { loadTestFiles } from '../harness/load-test-files.ts'
import { orderMistakes } from '../harness/order-mistakes.ts'
import { parseInlineTests, parseTestFile } from '../harness/parse-test-file.ts'
import type { TestBase } from '../harness/prepare-test.ts'
import { findMistakes } from '../harness/run-tests.ts'
import type { TestJob } from '../harness/run-tests.ts'
import type { RuleTest } from '../harness/test-file.ts'
import { TestRules } from '../harness/test-rules.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { LineTextReader } from '../rules/lint-rules.ts'
import type { TestFileSource } from './find-tests.ts'
import { findTests, nearestRuleFolder } from './find-tests.ts'
import { refusedAgain } from './rules-in-image.ts'
import type { RuleRequest } from './rule-request.ts'
import { resolveRuleSet } from './resolve-rules.ts'
import { RulesRejectedError } from './rules-rejected.ts'
import { insidePath, testReader } from './test-reader.ts'

/** Which tests are meant, and what holds where they say nothing. */
export interface TestRequest {
  /** Files, folders and globs. */
  readonly paths: readonly string[]
  /** Rules of the command line, the environment or the configuration. */
  readonly rules: RuleRequest
  /** True where the rules come from a flag, which then wins over the folder that was named. */
  readonly areRulesGiven: boolean
  readonly base: TestBase
  /** Files from which the base was read, beside the configuration. */
  readonly baseFiles: readonly string[]
  readonly mayExpectNothing: boolean
  /** A compiled image may stand for the rules: their text is not asked for. */
  readonly mayBeImage: boolean
}

/** A test that is ready to run, with the files that it depends on. */
export interface SessionTest extends TestJob {
  /** Path on disk of the file in which it stands. */
  readonly path: string
  /** Names, from the working folder, of its file and of the logs and maps that it names. */
  readonly files: readonly string[]
  /** What its rules were named by: a rule file that comes to or goes from such a folder changes the outcome too. */
  readonly references: readonly string[]
}

/** A rule set that tests run against, as it was found. */
interface SessionRules {
  readonly references: readonly string[]
  readonly rules: TestRules
  readonly warnings: readonly Diagnostic[]
  readonly lineTextOf: LineTextReader
}

/** Every test that was found, or every reason why none can run. */
export interface TestSession {
  readonly sources: readonly TestFileSource[]
  readonly tests: readonly SessionTest[]
  /** Each rule set once, in the order of first use. */
  readonly ruleSets: readonly SessionRules[]
  /** Errors: no test runs. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Finds and reads the tests, their rules and their logs. Mistakes are collected, not thrown. */
export async function openTestSession(request: TestRequest): Promise<TestSession> {
  const found = findTests(request.paths)
  const resolver = new RuleResolver(request, found.namedRules)
  const reader = testReader(new Map(found.sources.map(({ name, path }) => [name, path])))
  const diagnostics: Diagnostic[] = [...found.diagnostics]
  const tests: SessionTest[] = []
  const unreadable = new Set<SessionTest>()
  for (const source of found.sources) {
    // Rules without a test are seen too: they are what coverage and checks are about.
    if (source.kind === 'inline') diagnostics.push(...resolver.problemsOf(source))
    const parse = source.kind === 'inline' ? parseInlineTests : parseTestFile
    const parsed = parse(source, { mayExpectNothing: request.mayExpectNothing })
    if (!parsed.ok) {
      // What is wrong with a rule file itself is said by those who read its rules.
      diagnostics.push(
        ...(source.kind === 'inline'
          ? inlineProblems(parsed.diagnostics, resolver, source)
          : parsed.diagnostics),
      )
      for (const test of parsed.flawed) {
        if (test.rules !== null && test.owner === null) resolver.rulesFor(test, source, diagnostics)
        diagnostics.push(...(await loadTestFiles(test, reader)).diagnostics)
      }
    }
    for (const test of parsed.ok ? parsed.tests : parsed.sound) {
      const rules = resolver.rulesFor(test, source, diagnostics)
      const { logs, fieldMap, diagnostics: unread } = await loadTestFiles(test, reader)
      diagnostics.push(...unread)
      if (rules === null) continue
      const session: SessionTest = {
        test,
        rules: rules.rules,
        logs,
        fieldMap,
        path: source.path,
        files: filesOf(test, source),
        references: rules.references,
      }
      tests.push(session)
      if (unread.length > 0) unreadable.add(session)
    }
  }
  if (diagnostics.length > 0)
    for (const session of tests)
      diagnostics.push(...findMistakes(session, request.base, !unreadable.has(session)))
  return {
    sources: found.sources,
    tests,
    ruleSets: resolver.ruleSets,
    diagnostics: orderMistakes(distinct(diagnostics)),
  }
}

/** Reads the rules of the file as well, so that every mistake of it is reported once, by one reader or the other. */
function inlineProblems(
  own: readonly Diagnostic[],
  resolver: RuleResolver,
  source: TestFileSource,
): readonly Diagnostic[] {
  const ofRules = resolver.problemsOf(source)
  const known = new Set(ofRules.map(placeKey))
  return [...ofRules, ...own.filter((diagnostic) => !known.has(placeKey(diagnostic)))]
}

function placeKey({ code, span, message }: Diagnostic): string {
  return JSON.stringify([code, span?.file, span?.line, span?.column, span === null ? message : null])
}

function distinct(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const byKey = new Map(
    diagnostics.map((diagnostic) => [placeKey(diagnostic) + diagnostic.message, diagnostic]),
  )
  return [...byKey.values()]
}

function filesOf(test: RuleTest, source: TestFileSource): readonly string[] {
  const named = [...test.logs, ...(test.fieldMap === null ? [] : [test.fieldMap])]
  return [source.name, ...named.flatMap(({ text }) => insidePath(source.path, text) ?? [])]
}

/** Every file that a session read, once. */
export function filesOfSession(
  { sources, tests, ruleSets }: TestSession,
  { baseFiles }: TestRequest,
): readonly string[] {
  const files = new Set([
    ...baseFiles,
    ...sources.map(({ path }) => path),
    ...tests.flatMap((test) => test.files),
    ...ruleSets.flatMap(({ rules }) => rules.rules.sources),
  ])
  return [...files].filter((name) => !/^(?:git|tenant):/.test(name))
}

/** Reads each rule set once, whichever tests ask for it. */
class RuleResolver {
  readonly #request: TestRequest
  readonly #namedRules: readonly string[]
  /** The nearest folder of rules by the path of a test file. */
  readonly #nearest = new Map<string, string | null>()
  readonly #known = new Map<string, SessionRules | readonly Diagnostic[]>()

  constructor(request: TestRequest, namedRules: readonly string[]) {
    this.#request = request
    this.#namedRules = namedRules
  }

  get ruleSets(): readonly SessionRules[] {
    return [...this.#known.values()].filter((known): known is SessionRules => 'rules' in known)
  }

  rulesFor(test: RuleTest, source: TestFileSource, diagnostics: Diagnostic[]): SessionRules | null {
    const references = this.#referencesOf(test, source, diagnostics)
    return references === null ? null : this.#resolve(references, diagnostics)
  }

  /** What is wrong with the rules that a rule file belongs to. */
  problemsOf(source: TestFileSource): readonly Diagnostic[] {
    const diagnostics: Diagnostic[] = []
    const references = this.#defaultReferences(source)
    if (references !== null) this.#resolve(references, diagnostics)
    return diagnostics
  }

  #resolve(references: readonly string[], diagnostics: Diagnostic[]): SessionRules | null {
    const key = JSON.stringify(references)
    const known = this.#known.get(key) ?? this.#read(references)
    this.#known.set(key, known)
    if ('rules' in known) return known
    diagnostics.push(...known)
    return null
  }

  #read(references: readonly string[]): SessionRules | readonly Diagnostic[] {
    try {
      const { rules, warnings, lineTextOf } = resolveRuleSet(
        { ...this.#request.rules, rules: references },
        { mayBeImage: this.#request.mayBeImage },
      )
      return { references, rules: TestRules.compile(rules), warnings, lineTextOf }
    } catch (thrown) {
      const error = refusedAgain(thrown)
      if (error instanceof RulesRejectedError) return error.diagnostics
      throw error
    }
  }

  #referencesOf(test: RuleTest, source: TestFileSource, diagnostics: Diagnostic[]): readonly string[] | null {
    if (test.rules === null || test.rules.length === 0) {
      const references = this.#defaultReferences(source)
      if (references === null)
        diagnostics.push(noRules(test, 'no rule file lies beside the test or above it', test.span))
      return references
    }
    const paths = test.rules.map((placed) => {
      const path = insidePath(source.path, placed.text)
      const isThere = path !== null && statSync(path, { throwIfNoEntry: false }) !== undefined
      if (!isThere)
        diagnostics.push(noRules(test, 'the rules do not exist, or lie outside the folder', placed.span))
      return isThere ? path : null
    })
    return paths.includes(null) ? null : paths.flatMap((path) => path ?? [])
  }

  #defaultReferences(source: TestFileSource): readonly string[] | null {
    const { rules, areRulesGiven } = this.#request
    if (areRulesGiven || rules.iocs.length > 0) return rules.rules
    if (source.folder !== null) return [source.folder]
    if (this.#namedRules.length > 0) return this.#namedRules
    if (rules.rules.length > 0) return rules.rules
    const nearest = this.#nearest.get(source.path) ?? nearestRuleFolder(source.path)
    this.#nearest.set(source.path, nearest)
    return nearest === null ? null : [nearest]
  }
}

function noRules(test: RuleTest, message: string, span: Diagnostic['span']): Diagnostic {
  const fix = 'Put rule files beside the test, name them under rules, or give --rules.'
  return { code: 'TEST015', severity: 'error', message, fix, span: span ?? test.span, related: [] }
}

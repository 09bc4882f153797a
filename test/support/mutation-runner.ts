/**
 * Runs the tests of a room under one mutant after another, all in one process: loading the tests takes far longer
 * than most mutants live. A mutant is judged by the tests of its own room alone.
 */
import { globSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  INSTRUMENTER_CONSTANTS,
  type InstrumenterContext,
  type MutantCoverage,
} from '@stryker-mutator/api/core'
import { PluginKind, declareClassPlugin } from '@stryker-mutator/api/plugin'
import {
  DryRunStatus,
  MutantRunStatus,
  TestStatus,
  determineHitLimitReached,
  type DryRunOptions,
  type DryRunResult,
  type MutantRunOptions,
  type MutantRunResult,
  type TestResult,
  type TestRunner,
  type TestRunnerCapabilities,
} from '@stryker-mutator/api/test-runner'
import { configureGlobal } from 'fast-check'
import { SkippedTest, collectTests, type CollectedTest } from './mutation-tests.ts'

/** What judges the mutants of a room; tests that measure or try everything are left out: instrumented code is slow. */
const ROOM_TESTS: ReadonlyMap<string, readonly string[]> = new Map([
  [
    'canonical',
    ['test/unit/canonical/*.test.ts', 'test/property/{canonical,oracle-canonical}.property.test.ts'],
  ],
  ['rules', ['test/unit/rules/*.test.ts', 'test/property/rules.property.test.ts']],
  [
    'engine',
    [
      'test/unit/engine/*.test.ts',
      'test/conformance/{matcher,regressions}.conformance.test.ts',
      'test/property/engine-matcher.property.test.ts',
    ],
  ],
])
const TIMED =
  /limits\.test\.ts|fast when|any section word replaced|single byte changed in any bit|allocated \(D12\)|costs at most|twenty thousand copies/

const COLLECTOR = new URL('mutation-tests.ts', import.meta.url).href

/** What instrumented code reads: which mutant is active, which test runs. */
const context: InstrumenterContext = {}
Object.defineProperty(globalThis, INSTRUMENTER_CONSTANTS.NAMESPACE, { value: context })

/** A failed property is a killed mutant; nobody reads its smallest case. */
configureGlobal({ endOnFailure: true })

// A test file gets its tests from the collector, the collector its `expect` from vitest.
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'vitest' && context.parentURL !== COLLECTOR
      ? { url: COLLECTOR, shortCircuit: true }
      : next(specifier, context),
})

/** The outcome of one test. */
type Outcome = { readonly kind: 'passed' | 'skipped' } | { readonly kind: 'failed'; readonly message: string }

class RoomTestRunner implements TestRunner {
  readonly #testsOfRoom = new Map<string, readonly CollectedTest[]>()
  readonly #milliseconds = new Map<string, number>()
  #isSpoilt = false

  /** Modules cannot be loaded twice, so a mutant of code that runs while a module loads gets a process of its own. */
  capabilities(): TestRunnerCapabilities {
    return { reloadEnvironment: false }
  }

  async dryRun(options: DryRunOptions): Promise<DryRunResult> {
    const tests: TestResult[] = []
    for (const room of new Set((options.files ?? []).map(roomOf))) {
      for (const { id, fileName, run } of await this.#load(room)) {
        context.currentTestId = id
        const start = performance.now()
        const outcome = await outcomeOf(run)
        const shown = { id, name: id, fileName, timeSpentMs: performance.now() - start }
        delete context.currentTestId
        if (outcome.kind === 'failed') {
          tests.push({ ...shown, status: TestStatus.Failed, failureMessage: outcome.message })
        } else {
          tests.push({
            ...shown,
            status: outcome.kind === 'passed' ? TestStatus.Success : TestStatus.Skipped,
          })
        }
      }
    }
    const mutantCoverage: MutantCoverage = context.mutantCoverage ?? { static: {}, perTest: {} }
    return { status: DryRunStatus.Complete, tests, mutantCoverage }
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    // A rejected run is repeated in a new process.
    if (this.#isSpoilt) throw new Error('an earlier mutant left something behind in this process')
    const room = roomOf(options.sandboxFileName)
    const isStatic = options.mutantActivation === 'static'
    if (isStatic) context.activeMutant = options.activeMutant.id
    const wanted = new Set(options.testFilter)
    const covering = (await this.#load(room)).filter(({ id }) => isStatic || wanted.has(id))
    const cost = ({ id }: CollectedTest): number => this.#milliseconds.get(id) ?? 0
    const tests = covering.toSorted((a, b) => cost(a) - cost(b))
    context.hitCount = 0
    if (options.hitLimit === undefined) delete context.hitLimit
    else context.hitLimit = options.hitLimit
    context.activeMutant = options.activeMutant.id
    let testCount = 0
    for (const { id, run } of tests) {
      testCount += 1
      const start = performance.now()
      const outcome = await outcomeOf(run)
      this.#milliseconds.set(id, performance.now() - start)
      const limit = determineHitLimitReached(context.hitCount, options.hitLimit)
      if (outcome.kind !== 'failed' && limit === undefined) continue
      delete context.activeMutant
      if (!isStatic) this.#isSpoilt = (await outcomeOf(run)).kind === 'failed'
      if (limit !== undefined) return { status: MutantRunStatus.Timeout, reason: limit.reason ?? '' }
      const failureMessage = outcome.kind === 'failed' ? outcome.message : ''
      return { status: MutantRunStatus.Killed, killedBy: [id], failureMessage, nrOfTests: testCount }
    }
    delete context.activeMutant
    return { status: MutantRunStatus.Survived, nrOfTests: testCount }
  }

  /** The tests of a room, in the order of their files: those of one file first, then laws. */
  async #load(room: string): Promise<readonly CollectedTest[]> {
    const known = this.#testsOfRoom.get(room)
    if (known !== undefined) return known
    const tests: CollectedTest[] = []
    for (const pattern of ROOM_TESTS.get(room) ?? []) {
      for (const file of globSync(pattern).toSorted()) {
        if (TIMED.test(file)) continue
        const found = await collectTests(file, () => import(pathToFileURL(resolve(file)).href))
        tests.push(...found.filter(({ id }) => !TIMED.test(id)))
      }
    }
    this.#testsOfRoom.set(room, tests)
    return tests
  }
}

async function outcomeOf(run: CollectedTest['run']): Promise<Outcome> {
  try {
    await run()
    return { kind: 'passed' }
  } catch (error) {
    if (error instanceof SkippedTest) return { kind: 'skipped' }
    return { kind: 'failed', message: error instanceof Error ? error.message : String(error) }
  }
}

function roomOf(file: string): string {
  return relative(process.cwd(), file).split('/')[1] ?? ''
}

/** What Stryker takes from this file. */
export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'room-tests', RoomTestRunner)]

/**
 * Runs the tests of a room under one mutant after another, all in one process: loading the tests takes far longer
 * than most mutants live. A mutant is judged by the tests of its own room alone.
 */
import { globSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Script } from 'node:vm'
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
  /limits\.test\.ts|fast when|any section word replaced|single byte changed in any bit|allocated \(D12\)|costs at most|twenty thousand copies|packed-rules\.test|the kernel sorts/

const COLLECTOR = new URL('mutation-tests.ts', import.meta.url).href

/** What instrumented code reads: which mutant is active, which test runs. */
const context: InstrumenterContext = {}
Object.defineProperty(globalThis, INSTRUMENTER_CONSTANTS.NAMESPACE, { value: context })

/**
 * Stryker allows a mutant to be passed a hundred times as often as all tests together pass its place. A tenth of that
 * within one test is work without end as well; below the least limit it may be a longer way round, which is soon over.
 */
const STRICTER = 10
const LEAST_HIT_LIMIT = 100_000
/** Processor time that a test may take under a mutant, since a loop need not pass it: some, and many times its own. */
const SPARE_MS = 500
const LONGER = 10
/** What a test is taken to need that this process has never run without a mutant. */
const UNKNOWN_MS = 150
const FIRST_RUN_MS = 60_000

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
type Outcome =
  { readonly kind: 'passed' | 'skipped' | 'endless' } | { readonly kind: 'failed'; readonly message: string }

/** Where the script below finds the test to run: only a script can be stopped while it runs. */
const current: { run: CollectedTest['run'] } = { run: () => undefined }
Object.defineProperty(globalThis, 'roomTest', { value: current })
const SCRIPT = new Script('roomTest.run()')

class RoomTestRunner implements TestRunner {
  readonly #testsOfRoom = new Map<string, readonly CollectedTest[]>()
  /** Processor time of each test without a mutant, as far as it is known. */
  readonly #usual = new Map<string, number>()
  /** What each test took last, mutant or not. */
  readonly #milliseconds = new Map<string, number>()
  #isSpoilt = false

  /**
   * Code that also runs while modules load needs no process of its own: what they made while loading stays as it was
   * (`ignoreStatic`), and the mutant is active in the tests.
   */
  capabilities(): TestRunnerCapabilities {
    return { reloadEnvironment: true }
  }

  async dryRun(options: DryRunOptions): Promise<DryRunResult> {
    const tests: TestResult[] = []
    for (const room of new Set((options.files ?? []).map(roomOf))) {
      for (const { id, fileName, run } of await this.#load(room)) {
        context.currentTestId = id
        const start = performance.now()
        const before = process.cpuUsage()
        const outcome = await outcomeOf(run, FIRST_RUN_MS)
        const shown = { id, name: id, fileName, timeSpentMs: performance.now() - start }
        this.#usual.set(id, millisecondsSince(before))
        this.#milliseconds.set(id, shown.timeSpentMs)
        delete context.currentTestId
        if (outcome.kind === 'failed' || outcome.kind === 'endless') {
          const failureMessage = outcome.kind === 'failed' ? outcome.message : ENDLESS.reason
          tests.push({ ...shown, status: TestStatus.Failed, failureMessage })
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
    if (options.mutantActivation === 'static') throw new Error('expected the setting ignoreStatic to be true')
    const wanted = new Set(options.testFilter)
    const covering = (await this.#load(room)).filter(({ id }) => wanted.has(id))
    const cost = ({ id }: CollectedTest): number => this.#milliseconds.get(id) ?? 0
    const tests = covering.toSorted((a, b) => cost(a) - cost(b))
    const hitLimit =
      options.hitLimit === undefined ? undefined : Math.max(options.hitLimit / STRICTER, LEAST_HIT_LIMIT)
    if (hitLimit === undefined) delete context.hitLimit
    else context.hitLimit = hitLimit
    context.activeMutant = options.activeMutant.id
    let testCount = 0
    for (const { id, run } of tests) {
      testCount += 1
      context.hitCount = 0
      const start = performance.now()
      const budget = SPARE_MS + LONGER * (this.#usual.get(id) ?? UNKNOWN_MS)
      const outcome = await outcomeOf(run, budget)
      this.#milliseconds.set(id, performance.now() - start)
      const limit =
        outcome.kind === 'endless' ? ENDLESS : determineHitLimitReached(context.hitCount, hitLimit)
      if (outcome.kind !== 'failed' && limit === undefined) continue
      delete context.activeMutant
      this.#isSpoilt = (await outcomeOf(run, FIRST_RUN_MS)).kind !== 'passed'
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

/** Stops a test that has taken its processor time, however much of the machine it had meanwhile. */
async function outcomeOf(run: CollectedTest['run'], budget: number): Promise<Outcome> {
  for (let timeout = Math.ceil(budget); ;) {
    current.run = run
    const before = process.cpuUsage()
    try {
      await SCRIPT.runInThisContext({ timeout })
      return { kind: 'passed' }
    } catch (error) {
      if (error instanceof SkippedTest) return { kind: 'skipped' }
      const message = error instanceof Error ? error.message : String(error)
      if (!isStop(error)) return { kind: 'failed', message }
      const used = millisecondsSince(before)
      if (used >= budget * 0.8) return { kind: 'endless' }
      // Others had the processor: it begins again, and has as much longer as it got too little.
      timeout = Math.ceil(timeout * Math.min(20, (1.2 * budget) / used))
    }
  }
}

function millisecondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

function isStop(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
}

const ENDLESS = { reason: 'a test took all its processor time' }

function roomOf(file: string): string {
  return relative(process.cwd(), file).split('/')[1] ?? ''
}

/** What Stryker takes from this file. */
export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'room-tests', RoomTestRunner)]

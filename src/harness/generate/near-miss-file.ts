import type { Semantics } from '../../model/semantics.ts'
import { DEFAULT_SEMANTICS } from '../../model/semantics.ts'
import { formatTime } from '../../model/time.ts'
import type { Indicator } from '../../model/indicator.ts'
import type { FieldMap } from '../../model/field-map.ts'
import { parseTestFile } from '../parse-test-file.ts'
import type { TestBase } from '../prepare-test.ts'
import { runTest } from '../run-tests.ts'
import type { TestRules } from '../test-rules.ts'
import type { EventRow } from './field-places.ts'
import type { IndicatorEvents } from './indicator-events.ts'
import { IndicatorEventMaker } from './indicator-events.ts'
import { optionsText } from './options-text.ts'
import { flowMap, quotedText } from './yaml-flow.ts'

/** A generated test file and what it holds. */
export interface GeneratedTests {
  /** Name of the definition whose IOCs it tests, or null: of several. */
  readonly definition: string | null
  readonly text: string
  readonly tests: number
}

/** What came of the IOCs of a rule set. */
export interface NearMissTests {
  readonly files: readonly GeneratedTests[]
  /** IOCs that a test makes fire. */
  readonly fired: number
  /** Events that are proven silent. */
  readonly silentEvents: number
  /** IOCs for which no event was found that fires: expired by the clock, or part of no value. */
  readonly unreachable: readonly { readonly definition: string; readonly indicator: Indicator }[]
}

/** How generated tests are divided among files. */
export interface NearMissOptions {
  readonly semantics: Semantics
  readonly fieldMap: FieldMap
  /** One file for each definition; else a single file. */
  readonly isPerDefinition: boolean
}

const HEAD = `# Written by dryfire generate --near-misses: write it anew rather than change it.
# It does not count for coverage and mutate; tests of your own do.
generated: true
`

/** Bytes after which a definition goes on in another file, well below what a test file may have. */
const FILE_LIMIT = 8 * 2 ** 20

/**
 * Writes a test for every IOC that a rule set compiles: the least events on which it must fire, and near misses on which
 * its definition must not. The engine was asked about every event, and what a near miss makes fire is left out; the
 * files are run before they are handed out.
 */
export function nearMissTests(rules: TestRules, options: NearMissOptions): NearMissTests {
  const maker = new IndicatorEventMaker(rules, options.semantics, options.fieldMap)
  const { image } = rules
  const files: GeneratedTests[] = []
  const unreachable: { readonly definition: string; readonly indicator: Indicator }[] = []
  let draft = new FileDraft(null, options.semantics)
  let fired = 0
  let silentEvents = 0
  const close = (): void => {
    if (draft.tests > 0) files.push(draft.finish())
  }
  for (const run of image.runs()) {
    const definition = image.definitions[run.definition]?.Name ?? ''
    if (options.isPerDefinition && draft.definition !== definition) {
      close()
      draft = new FileDraft(definition, options.semantics)
    }
    for (let id = run.from; id < run.to; id += 1) {
      const indicator = image.indicator(id)
      const events = maker.eventsOf(id)
      if (events.hits.length > 0) fired += 1
      else unreachable.push({ definition, indicator })
      silentEvents += events.misses.length
      if (events.hits.length + events.misses.length > 0) draft.add(definition, indicator, events)
      if (!options.isPerDefinition || draft.length < FILE_LIMIT) continue
      close()
      draft = new FileDraft(definition, options.semantics)
    }
  }
  close()
  const base = { semantics: options.semantics, logFormat: null, table: null, fieldMap: userMap(options) }
  for (const file of files) proveGreen(file, rules, base)
  return { files, fired, silentEvents, unreachable }
}

/** The map of Defender rows holds without being named. */
function userMap({ fieldMap }: NearMissOptions): FieldMap | null {
  return fieldMap.name === 'defender-rows' ? null : fieldMap
}

/** A generated test that fails would be a lie about the rules: that it never is written is checked, not hoped. */
function proveGreen({ text }: GeneratedTests, rules: TestRules, base: TestBase): void {
  const parsed = parseTestFile({ name: 'generated.test.yaml', bytes: new TextEncoder().encode(text) })
  if (!parsed.ok) throw new Error(`a generated test cannot be read: ${parsed.diagnostics[0]?.message}`)
  for (const test of parsed.tests) {
    const attempt = runTest({ test, rules, logs: [], fieldMap: null }, base)
    if (!attempt.ok) throw new Error(`a generated test cannot run: ${attempt.diagnostics[0]?.message}`)
    const [failure] = attempt.run.failures
    if (failure !== undefined) throw new Error(`the generated test ${test.name} fails: ${failure.message}`)
  }
}

class FileDraft {
  readonly definition: string | null
  tests = 0
  length = 0
  readonly #parts: string[] = []
  readonly #names = new Set<string>()

  constructor(definition: string | null, semantics: Semantics) {
    this.definition = definition
    const options = optionsText(semantics, DEFAULT_SEMANTICS)
    this.#push(`${HEAD}${options === null ? '' : `options: ${options}\n`}tests:\n`)
  }

  add(definition: string, indicator: Indicator, events: IndicatorEvents): void {
    const { Type, DetectionFunction, Value } = indicator
    const { table, field, hits, misses } = events
    const expected = { Type, DetectionFunction, Value, ...(field === null ? {} : { field }) }
    const expectation =
      hits.length === 0
        ? `    silent: [${quotedText(definition)}]\n`
        : `    fires:\n      - definition: ${quotedText(definition)}\n        count: ${hits.length}\n        through: [${flowMap(expected)}]\n`
    this.#push(
      `  - name: ${quotedText(this.#nameOf(definition, indicator))}\n` +
        (table === null ? '' : `    table: ${quotedText(table)}\n`) +
        '    events:\n' +
        hits.map(({ row, why }) => eventLine(row, why)).join('') +
        misses.map(({ row, why }) => eventLine(row, `silent: ${why}`)).join('') +
        expectation,
    )
    this.tests += 1
  }

  finish(): GeneratedTests {
    return { definition: this.definition, text: this.#parts.join(''), tests: this.tests }
  }

  #push(part: string): void {
    this.#parts.push(part)
    this.length += part.length
  }

  /** IOCs that differ in their times alone get names that differ too. */
  #nameOf(definition: string, { Type, DetectionFunction, Value, ExpiresAt }: Indicator): string {
    const plain = `${definition}: ${Type} ${DetectionFunction} ${Value}`
    const until = ExpiresAt === null ? plain : `${plain} until ${formatTime(ExpiresAt)}`
    let name = this.#names.has(plain) ? until : plain
    for (let i = 2; this.#names.has(name); i += 1) name = `${until} (${i})`
    this.#names.add(name)
    return name
  }
}

function eventLine(row: EventRow, why: string): string {
  return `      - ${flowMap(row)} # ${why}\n`
}

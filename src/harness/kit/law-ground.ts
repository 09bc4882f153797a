import type { Indicator } from '../../model/indicator.ts'
import type { LawLog } from '../../model/law-report.ts'
import type { RuleSet } from '../../model/rule-set.ts'
import type { TestOutcome } from '../evaluate-test.ts'
import { evaluateTest } from '../evaluate-test.ts'
import type { TelemetryEvent, TelemetryFormat } from '../generate/telemetry-writer.ts'
import { isDelimited, openTelemetryWriter } from '../generate/telemetry-writer.ts'
import type { TestLog } from '../prepare-test.ts'
import { readTestLogs } from '../prepare-test.ts'
import { pickRows } from '../select-rules.ts'
import type { TestRules } from '../test-rules.ts'
import type { Choices } from './choices.ts'
import type { LawSettings } from './law-settings.ts'

/** IOCs that a law looks at which compiles the rules anew for every case. */
const FEW_INDICATORS = 500
/** The name under which every log goes, so that where an event stood is no difference. */
const LOG_NAME = 'law.log'

/** An indicator that is enabled, as the image has it. */
export interface ChosenIndicator {
  readonly id: number
  readonly indicator: Indicator
  readonly definition: string
}

/** A rule set on which laws are tried. */
export class LawGround {
  readonly settings: LawSettings
  readonly rules: TestRules
  readonly #source: RuleSet
  #few: LawGround | null = null

  private constructor(rules: RuleSet, settings: LawSettings) {
    this.settings = settings
    this.#source = rules
    this.rules = settings.compile(rules)
  }

  static open(rules: RuleSet, settings: LawSettings): LawGround {
    return new LawGround(rules, settings)
  }

  get ruleSet(): RuleSet {
    return this.#source
  }

  /** The same rules, or some of their indicators from first to last where there are many. */
  few(): LawGround {
    const { indicators } = this.#source
    if (indicators.count <= FEW_INDICATORS) return this
    if (this.#few !== null) return this.#few
    const step = indicators.count / FEW_INDICATORS
    const rows = Array.from({ length: FEW_INDICATORS }, (_, i) => Math.floor(i * step))
    this.#few = new LawGround({ ...this.#source, indicators: pickRows(indicators, rows) }, this.settings)
    return this.#few
  }

  /** An indicator, each having its turn; null where none is enabled. */
  choose(choices: Choices): ChosenIndicator | null {
    const { image } = this.rules
    if (image.indicatorCount === 0) return null
    const id = choices.turn(image.indicatorCount)
    const definition = image.definitions[image.definitionOf(id)]?.Name ?? ''
    return { id, indicator: image.indicator(id), definition }
  }

  /** A format for the log of a case. */
  chooseFormat(choices: Choices): TelemetryFormat {
    return choices.pick(this.settings.formats)
  }

  /** What the rules make of logs. */
  evaluate(logs: readonly LawLog[]): TestOutcome {
    return evaluateLogs(this.rules, logs, this.settings)
  }
}

/** What rules make of logs, read one after the other. */
export function evaluateLogs(
  rules: TestRules,
  logs: readonly LawLog[],
  { semantics, fieldMap }: Pick<LawSettings, 'semantics' | 'fieldMap'>,
): TestOutcome {
  const encoder = new TextEncoder()
  const named = logs.map(({ format, text }): TestLog & { readonly format: string } => {
    const span = { file: LOG_NAME, line: 1, column: 1, length: 1, lineText: '' }
    return { name: LOG_NAME, bytes: encoder.encode(text), span, lines: null, kind: 'text', format }
  })
  const formats = new Map<TestLog, string>(named.map((log) => [log, log.format]))
  const read = readTestLogs(named, {
    semantics,
    table: null,
    logFormatOf: (log) => formats.get(log) ?? null,
    fieldMap,
  })
  const [problem] = read.diagnostics
  if (problem !== undefined) throw new Error(`a generated log cannot be read: ${problem.message}`)
  return evaluateTest(
    { logs: read.logs, semantics, table: null },
    { image: rules.image, matcher: rules.matcherFor(semantics) },
  )
}

/** Events as a log of a format. */
export function logOf(events: readonly TelemetryEvent[], format: TelemetryFormat): LawLog {
  const columns = [...new Set(events.flatMap(({ row }) => Object.keys(row)))]
  const writer = openTelemetryWriter(format, columns)
  const end = isDelimited(format) ? '\r\n' : ''
  const records = events.map((event) => writer.lead() + writer.record(event) + end)
  return { format, text: writer.head + records.join('') + writer.tail() }
}

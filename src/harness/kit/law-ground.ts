import type { Indicator } from '../../model/indicator.ts'
import type { LawLog } from '../../model/law-report.ts'
import type { RuleSet } from '../../model/rule-set.ts'
import type { TestOutcome } from '../evaluate-test.ts'
import { evaluateTest } from '../evaluate-test.ts'
import type { TelemetryFormat } from '../generate/telemetry-formats.ts'
import type { TelemetryEvent } from '../generate/telemetry-event.ts'
import { isDelimited, openTelemetryWriter } from '../generate/telemetry-writer.ts'
import type { TestLog } from '../prepare-test.ts'
import { readTestLogs } from '../prepare-test.ts'
import { indicatorAt } from '../../rules/indicator-at.ts'
import { pickRows } from '../select-rules.ts'
import type { TestRules } from '../test-rules.ts'
import type { Choices } from './choices.ts'
import type { LawSettings } from './law-settings.ts'

/** IOCs that a law looks at which compiles the rules anew for every case. */
const FEW_INDICATORS = 500
/** The name under which every log goes, so that where an event stood is no difference. */
const LOG_NAME = 'law.log'

/** An indicator that is enabled, as the rules have it: what the engine made of it is what is on trial. */
export interface ChosenIndicator {
  readonly indicator: Indicator
  readonly definition: string
}

/** A rule set on which laws are tried. */
export class LawGround {
  readonly settings: LawSettings
  readonly rules: TestRules
  readonly ruleSet: RuleSet
  /** Rows that are enabled, and their definitions. */
  readonly #rows: Uint32Array
  #few: LawGround | null = null

  private constructor(rules: RuleSet, settings: LawSettings) {
    this.settings = settings
    this.ruleSet = rules
    this.#rows = enabledRows(rules)
    this.rules = settings.compile(rules)
  }

  static open(rules: RuleSet, settings: LawSettings): LawGround {
    return new LawGround(rules, settings)
  }

  /** Indicators that have their turn. */
  get size(): number {
    return this.#rows.length
  }

  /** The same rules, or some of their indicators from first to last where there are many. */
  few(): LawGround {
    const { indicators } = this.ruleSet
    if (indicators.count <= FEW_INDICATORS) return this
    if (this.#few !== null) return this.#few
    const step = indicators.count / FEW_INDICATORS
    const rows = Array.from({ length: FEW_INDICATORS }, (_, i) => Math.floor(i * step))
    this.#few = new LawGround({ ...this.ruleSet, indicators: pickRows(indicators, rows) }, this.settings)
    return this.#few
  }

  /** An indicator, each having its turn; null where none is enabled. */
  choose(choices: Choices): ChosenIndicator | null {
    return this.size === 0 ? null : this.#indicator(choices.turn(this.size))
  }

  /** Any indicator. Precondition: one is enabled. */
  chooseAny(choices: Choices): ChosenIndicator {
    return this.#indicator(choices.below(this.size))
  }

  #indicator(index: number): ChosenIndicator {
    const row = this.#rows[index] ?? 0
    const definition = this.ruleSet.definitions[this.ruleSet.indicators.definition[row] ?? -1]?.Name ?? ''
    return { indicator: indicatorAt(this.ruleSet, row), definition }
  }

  /** True when an indicator took part in what the rules made of logs; of copies any will do. */
  hasFired({ indicator, definition }: ChosenIndicator, { firedIndicators }: TestOutcome): boolean {
    const { image } = this.rules
    for (const id of firedIndicators) {
      const fired = image.indicator(id)
      const isSame =
        fired.Type === indicator.Type &&
        fired.DetectionFunction === indicator.DetectionFunction &&
        fired.Value === indicator.Value
      if (isSame && image.definitions[image.definitionOf(id)]?.Name === definition) return true
    }
    return false
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

function enabledRows({ definitions, indicators }: RuleSet): Uint32Array {
  const isOn = (row: number): boolean =>
    indicators.enabled[row] === 1 && definitions[indicators.definition[row] ?? -1]?.Enabled === true
  const rows: number[] = []
  for (let row = 0; row < indicators.count; row += 1) if (isOn(row)) rows.push(row)
  return Uint32Array.from(rows)
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

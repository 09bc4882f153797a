import type { Role } from '../../model/field-map.ts'
import type { DetectionFunction, IndicatorType } from '../../model/indicator.ts'
import type { RuleSet } from '../../model/rule-set.ts'
import type { Semantics } from '../../model/semantics.ts'
import { DEFAULT_SEMANTICS } from '../../model/semantics.ts'
import type { TestFailure } from '../../model/test-report.ts'
import { parseTestFile } from '../parse-test-file.ts'
import { runTest } from '../run-tests.ts'
import { TestRules } from '../test-rules.ts'
import type { GeneratedLog } from './arbitraries.ts'

/** One event as the columns of its row, or several; a log as text; or a log that an arbitrary gave. */
export type GivenEvents =
  Readonly<Record<string, unknown>> | readonly Readonly<Record<string, unknown>>[] | string | GeneratedLog

/** How events are read and judged; what is left out is found, or holds by default. */
export interface EventReading {
  /** Table of events that name none. */
  readonly table?: string
  /** The word for `--log-format`, for logs in text. */
  readonly logFormat?: string
  /** The switches of the matching law. */
  readonly options?: Partial<Semantics>
}

/** The way by which a definition fires; what is left out may be anything. */
export interface FiringWay {
  readonly Type?: IndicatorType
  readonly DetectionFunction?: DetectionFunction
  readonly Value?: string
  readonly field?: string
  readonly text?: string
  readonly role?: Role
}

/** What is expected to fire; what is left out may be anything. */
export interface FiringExpectations extends EventReading {
  /** Name of the definition; without it any will do. */
  readonly definition?: string
  /** Detections: `2`, `1..3`, `2..`, `..5`. */
  readonly count?: number | string
  /** Alerts after grouping. */
  readonly alerts?: number | string
  /** Each way must be among the matches. */
  readonly through?: FiringWay | readonly FiringWay[]
  /** Nothing fires but the definition. */
  readonly strict?: boolean
}

/** What is expected to be silent; without a definition all of them. */
export interface SilenceExpectations extends EventReading {
  readonly definition?: string
}

/** The expectations that do not hold when rules look at events that should make something fire. */
export function firingFailures(
  rules: RuleSet,
  events: GivenEvents,
  expected: FiringExpectations = {},
): readonly TestFailure[] {
  const { definition, count, alerts, through, strict } = expected
  if (definition !== undefined)
    return failures(rules, events, expected, { fires: [{ definition, count, alerts, through }], strict })
  if (through !== undefined || strict === true)
    throw new TypeError('through and strict say something of a definition: name it with definition')
  return failures(rules, events, expected, { detections: count ?? '1..', alerts })
}

/** The expectations that do not hold when rules look at events on which they should be silent. */
export function silenceFailures(
  rules: RuleSet,
  events: GivenEvents,
  expected: SilenceExpectations = {},
): readonly TestFailure[] {
  const { definition } = expected
  return failures(
    rules,
    events,
    expected,
    definition === undefined ? { strict: true } : { silent: [definition] },
  )
}

/** Compiled once per rule set: many expectations are about the same rules. */
const COMPILED = new WeakMap<RuleSet, TestRules>()

/** The expectations are read and judged as those of a test file are. */
function failures(
  rules: RuleSet,
  events: GivenEvents,
  { table, logFormat, options }: EventReading,
  expectations: Readonly<Record<string, unknown>>,
): readonly TestFailure[] {
  const log = isGenerated(events) ? { events: events.text, logFormat: events.format } : { events, logFormat }
  const document = { tests: [{ name: 'expectation', table, ...log, ...expectations }] }
  const bytes = new TextEncoder().encode(JSON.stringify(document))
  const parsed = parseTestFile({ name: 'expectation.json', bytes })
  if (!parsed.ok) throw new TypeError(parsed.diagnostics.map(inWords).join('\n'))
  const compiled = COMPILED.get(rules) ?? TestRules.compile(rules)
  COMPILED.set(rules, compiled)
  const semantics = { ...DEFAULT_SEMANTICS, ...options }
  const base = { semantics, logFormat: null, table: null, fieldMap: null }
  return parsed.tests.flatMap((test) => {
    const attempt = runTest({ test, rules: compiled, logs: [], fieldMap: null }, base)
    if (!attempt.ok) throw new TypeError(attempt.diagnostics.map(inWords).join('\n'))
    return attempt.run.failures
  })
}

function isGenerated(events: GivenEvents): events is GeneratedLog {
  if (typeof events === 'string' || Array.isArray(events)) return false
  const keys = Object.keys(events)
  return keys.length === 3 && ['format', 'text', 'value'].every((key) => keys.includes(key))
}

function inWords({ message, fix }: { readonly message: string; readonly fix: string | null }): string {
  return fix === null ? message : `${message}. ${fix}`
}

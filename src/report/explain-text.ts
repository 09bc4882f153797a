import type { Severity } from '../model/alert-definition.ts'
import type { EventReference } from '../model/detection.ts'
import type {
  EventExplanation,
  ExplainedIndicator,
  ExplainedObservable,
  Explanation,
  ValueExplanation,
} from '../model/explanation.ts'
import { escapeTerminal } from './escape.ts'
import type { Ink, Painter } from './paint.ts'
import { painterFor } from './paint.ts'
import { paragraphLines } from './paragraph.ts'
import { formatCountOf } from '../model/count-text.ts'
import { cell, tableLines } from './text-table.ts'
import type { TableCell, TableColumn } from './text-table.ts'
import { cutToWidth, padToWidth } from './text-width.ts'

/** How an explanation is laid out. */
export interface ExplainTextOptions {
  readonly color: boolean
  /** Columns of the terminal. */
  readonly width: number
}

/** Values of an event that are listed; an event may hold a thousand. */
const SHOWN_OBSERVABLES = 12
/** Narrower than this, texts from the log would be cut to nothing. */
const LEAST_WIDTH = 60

const SEVERITY_INK: { readonly [S in Severity]: Ink } = {
  High: 'error',
  Medium: 'warning',
  Low: 'accent',
  Informational: 'faint',
}

/** One explanation as a person wants to read it, with a newline at its end. Everything from logs and rules is escaped. */
export function explainText(
  explanation: ValueExplanation | EventExplanation,
  options: ExplainTextOptions,
): string {
  const page = new Page(options)
  if (explanation.subject === 'value') page.value(explanation)
  else page.event(explanation)
  page.verdict(explanation)
  page.section('Fires', 'good', explanation.matches)
  page.section('Would fire, but', 'warning', explanation.wouldMatch)
  page.section('Near, but no match', 'accent', explanation.nearest)
  page.footer(explanation)
  return page.text()
}

class Page {
  readonly #paint: Painter
  readonly #width: number
  readonly #lines: string[] = []

  constructor(options: ExplainTextOptions) {
    this.#paint = painterFor(options)
    this.#width = Math.max(LEAST_WIDTH, options.width)
  }

  text(): string {
    return `${this.#lines.join('\n')}\n`
  }

  value({ value, readings }: ValueExplanation): void {
    this.#lines.push(this.#paint('strong', cutToWidth(escapeTerminal(value), this.#width)))
    for (const [i, reading] of readings.entries()) {
      const kinds = `(in a field of kind ${reading.kinds.join(', ')})`
      this.#fact(i === 0 ? 'read as' : '', `${reading.type} ${escapeTerminal(reading.value)} ${kinds}`)
    }
  }

  event({ event, observables, observableCount }: EventExplanation): void {
    const place = `${escapeTerminal(event.source)} line ${event.line}`
    this.#lines.push(this.#paint('strong', `Event ${place}`) + ` (record ${event.record})`)
    for (const [label, text] of eventFacts(event)) this.#fact(label, text)
    const shown = observables.slice(0, SHOWN_OBSERVABLES)
    const more = observableCount - shown.length
    if (shown.length === 0) this.#fact('looked at', 'nothing')
    else {
      const layout = { width: this.#width, paint: this.#paint }
      this.#lines.push('', ...tableLines(OBSERVABLE_COLUMNS, shown.map(observableCells), layout))
    }
    if (more > 0) this.#lines.push(`  and ${formatCountOf(more, 'more value')}`)
  }

  verdict(explanation: Explanation): void {
    this.#lines.push('', this.#paint('strong', verdictInWords(explanation)))
  }

  section(title: string, ink: Ink, indicators: readonly ExplainedIndicator[]): void {
    if (indicators.length === 0) return
    this.#lines.push('', this.#paint(ink, title))
    indicators.forEach((indicator, i) => {
      this.#head(indicator)
      const next = indicators[i + 1]
      if (next === undefined || detailsKey(next) !== detailsKey(indicator)) this.#details(indicator)
    })
  }

  footer({ hints, search }: Explanation): void {
    const notes = [...hints, ...(search.note === null ? [] : [search.note])]
    if (notes.length > 0) this.#lines.push('')
    for (const note of notes) this.#wrapped('', 'note:', 'accent', escapeTerminal(note))
  }

  #head({ definition, ioc }: ExplainedIndicator): void {
    const { Type, DetectionFunction, Value } = ioc
    const { Severity, Name, Title } = definition
    this.#lines.push(`  ${this.#paint('strong', `${Type} ${DetectionFunction} ${escapeTerminal(Value)}`)}`)
    this.#wrapped(DETAIL, 'alert', SEVERITY_INK[Severity], escapeTerminal(`${Name} (${Severity}): ${Title}`))
  }

  #details({ observable, because, obstacles }: ExplainedIndicator): void {
    const { field, value, text, scope } = observable
    if (field !== null) {
      const holds = text === value ? '' : `, which holds ${escapeTerminal(text)}`
      this.#lines.push(cutToWidth(`${DETAIL}field  ${fieldOf(observable)}${holds}`, this.#width))
    }
    const seen = escapeTerminal(value)
    if (because !== null) this.#wrapped(DETAIL, 'value', null, `${seen} ${escapeTerminal(because)}`)
    else if (field !== null) this.#wrapped(DETAIL, 'value', null, seen)
    if (scope === 'dns-answer') this.#wrapped(DETAIL, 'note', null, 'resolved, not contacted')
    for (const { reason, fix } of obstacles) {
      this.#wrapped(DETAIL, 'but', 'warning', escapeTerminal(reason))
      if (fix !== null) this.#wrapped(DETAIL, 'fix', 'good', escapeTerminal(fix))
    }
  }

  /** A label and a text that is broken at blanks; further lines stand below the first one's text. */
  #wrapped(indent: string, label: string, ink: Ink | null, text: string): void {
    const first = `${indent}${padToWidth(label, DETAIL_WIDTH)}  `
    const rest = ' '.repeat(first.length)
    const [line = '', ...more] = paragraphLines(text, { width: this.#width, first, rest })
    const painted = ink === null ? line : line.replace(label, () => this.#paint(ink, label))
    this.#lines.push(painted, ...more)
  }

  #fact(label: string, escaped: string): void {
    const head = `  ${padToWidth(label, LABEL_WIDTH)}  `
    const layout = { width: this.#width, first: head, rest: ' '.repeat(head.length) }
    const [line = '', ...more] = paragraphLines(escaped, layout)
    this.#lines.push(
      line.replace(head, () => this.#paint('faint', head)),
      ...more,
    )
  }
}

const DETAIL = '    '
const DETAIL_WIDTH = 5
const LABEL_WIDTH = 9

const OBSERVABLE_COLUMNS: readonly TableColumn[] = [
  { title: 'looked at', align: 'left', least: 16, dropOrder: null },
  { title: 'role', align: 'left', least: null, dropOrder: 1 },
  { title: 'type', align: 'left', least: null, dropOrder: null },
  { title: 'value', align: 'left', least: 20, dropOrder: null },
]

/** Neighbours that differ in nothing but their own value share one reason, which is printed below the last of them. */
function detailsKey({ observable, because, obstacles }: ExplainedIndicator): string {
  return JSON.stringify([observable, because, obstacles])
}

function observableCells({ field, role, type, value }: ExplainedObservable): readonly TableCell[] {
  return [
    cell(escapeTerminal(field ?? '')),
    cell(role ?? '', 'faint'),
    cell(type),
    cell(escapeTerminal(value)),
  ]
}

function eventFacts(event: EventReference): readonly (readonly [label: string, text: string])[] {
  const device = [event.deviceName, event.deviceId].filter((text) => text !== null).join(', ')
  const facts: readonly (readonly [string, string])[] = [
    ['time', event.time ?? ''],
    ['table', event.table ?? ''],
    ['action', event.actionType ?? ''],
    ['device', device],
  ]
  return facts.flatMap(([label, text]) => (text === '' ? [] : [[label, escapeTerminal(text)] as const]))
}

function fieldOf({ field, role }: ExplainedObservable): string {
  const name = escapeTerminal(field ?? '')
  return role === null ? name : `${name} (${role})`
}

function verdictInWords({ matches, wouldMatch, nearest, search }: Explanation): string {
  if (matches.length > 0) {
    const definitions = new Set(matches.map((match) => match.definition.Name)).size
    const indicators = new Set(matches.map((match) => JSON.stringify([match.definition.Name, match.ioc])))
      .size
    const subject = `${formatCountOf(indicators, 'IOC')} of ${formatCountOf(definitions, 'alert definition')}`
    return `${subject} ${indicators === 1 ? 'fires' : 'fire'}.`
  }
  const all =
    search.indicators === 1
      ? 'The one IOC does not fire'
      : `None of ${formatCountOf(search.indicators, 'IOC')} fires`
  if (wouldMatch.length > 0) return `${all}, but the value is there.`
  return nearest.length > 0 ? `${all}; these come near.` : `${all}, and none comes near.`
}

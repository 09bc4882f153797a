import { assertNever } from '../model/assert-never.ts'
import { escapeTerminal } from './escape.ts'
import type { Ink } from './paint.ts'
import { paragraphLines } from './paragraph.ts'
import { planGroups } from './plan-groups.ts'
import type { IndicatorChange, PlanGroup } from './plan-groups.ts'
import type { PlanView, ShownIndicator } from './plan-view.ts'
import { formatCount, formatCountOf } from './quantity.ts'
import type { SummaryLayout } from './summary-layout.ts'
import { cutToWidth, textWidth } from './text-width.ts'

/** How a plan is laid out; `verbose` folds nothing. */
export interface PlanLayout extends SummaryLayout {
  readonly verbose: boolean
}

/** New and changed definitions that are listed; those that are deleted are never folded. */
const SHOWN_DEFINITIONS = 50
/** IOC lines of one kind below one definition. */
const SHOWN_IOCS = 10
/** Columns of one side of a changed text. */
const SHOWN_TEXT = 60

type Sign = '+' | '~' | '-' | '↷'
const INKS: { readonly [S in Sign]: Ink } = { '+': 'good', '~': 'warning', '-': 'error', '↷': 'accent' }

/** What happens to each definition and its IOCs. */
export function changeLines(plan: PlanView, layout: PlanLayout): readonly string[] {
  const groups = planGroups(plan)
  const foldable = groups.filter(({ own }) => own?.kind !== 'delete-definition')
  const shownCount = layout.verbose ? foldable.length : SHOWN_DEFINITIONS
  const folded = foldable.slice(shownCount)
  const deleted = groups.filter(({ own }) => own?.kind === 'delete-definition')
  return [
    ...foldable.slice(0, shownCount).flatMap((group) => groupLines(group, layout)),
    ...foldedGroups(folded, layout),
    ...deleted.flatMap((group) => groupLines(group, layout)),
  ]
}

function foldedGroups(groups: readonly PlanGroup[], layout: PlanLayout): readonly string[] {
  if (groups.length === 0) return []
  const changes = groups.reduce((sum, { indicators }) => sum + indicators.length, 0)
  const text = `… ${formatCountOf(groups.length, 'more definition')} with ${formatCountOf(changes, 'change')} of IOCs; --verbose lists them`
  return paragraphLines(text, { width: layout.width, first: '', rest: '  ' })
}

function groupLines(group: PlanGroup, layout: PlanLayout): readonly string[] {
  const kinds = ['create-indicator', 'patch-indicator', 'rebind-indicator', 'delete-indicator'] as const
  return [
    ...headLines(group, layout),
    ...kinds.flatMap((kind) =>
      iocLines(
        group.indicators.filter((change) => change.kind === kind),
        layout,
      ),
    ),
    ...(group.movedAway === 0
      ? []
      : signLines('↷', `${formatCountOf(group.movedAway, 'IOC')} to other definitions`, '    ', layout)),
  ]
}

function headLines({ Name, Id, own }: PlanGroup, layout: PlanLayout): readonly string[] {
  const name = escapeTerminal(Name)
  if (own === null) return signLines(null, `${name} (Id ${Id ?? '?'})`, '', layout)
  switch (own.kind) {
    case 'create-definition': {
      const { Title, Severity, Category, Enabled } = own.body
      const facts = [Severity, Category, ...(Enabled ? [] : ['disabled']), Title].map(escapeTerminal)
      return [
        ...signLines('+', `${name} (new)`, '', layout),
        ...signLines(null, facts.join(' · '), '  ', layout),
      ]
    }
    case 'patch-definition':
      return [
        ...signLines('~', `${name} (Id ${own.Id})`, '', layout),
        ...differences(own.before, own.patch, layout).flatMap((text) => signLines('~', text, '    ', layout)),
      ]
    case 'delete-definition': {
      const count = own.cascade.length
      const cascade = count === 0 ? 'it holds no IOC by then' : `also deletes ${formatCountOf(count, 'IOC')}`
      return signLines('-', `${name} (Id ${own.Id}): ${cascade}`, '', layout)
    }
    default:
      return assertNever(own)
  }
}

/** Lines of IOCs of one kind, folded after the first few. */
function iocLines(changes: readonly IndicatorChange[], layout: PlanLayout): readonly string[] {
  const shown = layout.verbose ? changes : changes.slice(0, SHOWN_IOCS)
  const [first] = changes
  const left = changes.length - shown.length
  return [
    ...shown.flatMap((change) => signLines(signOf(change), iocText(change, layout), '    ', layout)),
    ...(left === 0 || first === undefined
      ? []
      : signLines(signOf(first), `… ${formatCount(left)} more`, '    ', layout)),
  ]
}

function signOf({ kind }: IndicatorChange): Sign {
  switch (kind) {
    case 'create-indicator':
      return '+'
    case 'patch-indicator':
      return '~'
    case 'rebind-indicator':
      return '↷'
    case 'delete-indicator':
      return '-'
    default:
      return assertNever(kind)
  }
}

function iocText(change: IndicatorChange, layout: PlanLayout): string {
  switch (change.kind) {
    case 'create-indicator':
      return indicatorText(change.body)
    case 'patch-indicator':
      return `${identityText(change.ioc)}: ${differences(change.before, change.patch, layout).join(', ')}`
    case 'rebind-indicator':
      return `${indicatorText(change.ioc)} from ${escapeTerminal(change.from.Name)}`
    case 'delete-indicator':
      return indicatorText(change.ioc)
    default:
      return assertNever(change)
  }
}

function indicatorText(ioc: ShownIndicator): string {
  const facts = [
    ...(ioc.ExpiresAt === null ? [] : [`until ${escapeTerminal(ioc.ExpiresAt)}`]),
    ...(ioc.Enabled ? [] : ['disabled']),
  ]
  return identityText(ioc) + (facts.length === 0 ? '' : ` (${facts.join(', ')})`)
}

function identityText({ Type, DetectionFunction, Value }: ShownIndicator): string {
  const words = [Type, ...(DetectionFunction === 'Equals' ? [] : [DetectionFunction]), Value]
  return words.map(escapeTerminal).join(' ')
}

/** `Title "Old" → "New"` for each property of a PATCH. */
function differences(before: object, patch: object, layout: PlanLayout): readonly string[] {
  const held = new Map<string, unknown>(Object.entries(before))
  return Object.entries(patch).map(
    ([name, value]: [string, unknown]) =>
      `${escapeTerminal(name)} ${valueText(name, held.get(name), layout)} → ${valueText(name, value, layout)}`,
  )
}

function valueText(name: string, value: unknown, layout: PlanLayout): string {
  if (value === null || value === undefined) return name === 'ExpiresAt' ? 'never' : 'none'
  if (typeof value !== 'string') return value === true ? 'true' : 'false'
  const text = escapeTerminal(value)
  if (name === 'ExpiresAt' || name === 'Severity' || name === 'Category') return text
  return `"${layout.verbose ? text : cutToWidth(text, SHOWN_TEXT)}"`
}

/** Wraps a text behind its sign; the sign is painted, and the whole line of what is lost. */
function signLines(sign: Sign | null, text: string, indent: string, layout: PlanLayout): readonly string[] {
  const first = `${indent}${sign ?? ' '} `
  const whole = layout.verbose ? withBreaks(text, layout.width - indent.length - 4) : text
  const [head = '', ...rest] = paragraphLines(whole, { width: layout.width, first, rest: `${indent}    ` })
  if (sign === null) return [head, ...rest]
  if (sign === '-') return [head, ...rest].map((line) => layout.paint('error', line))
  return [indent + layout.paint(INKS[sign], sign) + head.slice(indent.length + 1), ...rest]
}

/** Breaks words that no line has room for: who asked for everything sees the whole of a long value. */
function withBreaks(text: string, room: number): string {
  const words = text.split(' ').flatMap((word) => {
    const pieces: string[] = []
    let piece = ''
    for (const character of word) {
      if (piece !== '' && textWidth(piece + character) > room) {
        pieces.push(piece)
        piece = ''
      }
      piece += character
    }
    return [...pieces, piece]
  })
  return words.join(' ')
}

import { assertNever } from '../model/assert-never.ts'
import { escapeTerminal } from './escape.ts'
import type { Ink } from './paint.ts'
import { paragraphLines } from './paragraph.ts'
import { planGroups } from './plan-groups.ts'
import type { IndicatorChange, PlanGroup } from './plan-groups.ts'
import type { PlanView, ShownIndicator } from './plan-view.ts'
import { formatCount, formatCountOf } from '../model/count-text.ts'
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
/** What both sides have in common before they differ, as far as it is shown. */
const SHOWN_BEFORE = 12
/** Columns of a value: every value that rules can hold has fewer, only what a service made up has more. */
const SHOWN_VALUE = 400

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
      return [
        ...signLines('-', `${name} (Id ${own.Id}): ${cascade}`, '', layout),
        ...foldedLines('-', own.cascade, (ioc) => identityText(ioc, layout), layout),
      ]
    }
    default:
      return assertNever(own)
  }
}

/** Lines of IOCs of one kind. */
function iocLines(changes: readonly IndicatorChange[], layout: PlanLayout): readonly string[] {
  const [first] = changes
  if (first === undefined) return []
  return foldedLines(signOf(first), changes, (change) => iocText(change, layout), layout)
}

/** A line for each item below its definition, folded after the first few. */
export function foldedLines<Item>(
  sign: Sign | null,
  items: readonly Item[],
  textOf: (item: Item) => string,
  layout: PlanLayout,
): readonly string[] {
  const shown = layout.verbose ? items : items.slice(0, SHOWN_IOCS)
  const left = items.length - shown.length
  return [
    ...shown.flatMap((item) => signLines(sign, textOf(item), '    ', layout)),
    ...(left === 0
      ? []
      : signLines(sign, `… ${formatCount(left)} more (--verbose lists them)`, '    ', layout)),
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
      return indicatorText(change.body, layout)
    case 'patch-indicator':
      return `${identityText(change.ioc, layout)}: ${differences(change.before, change.patch, layout).join(', ')}`
    case 'rebind-indicator':
      return `${indicatorText(change.ioc, layout)} from ${escapeTerminal(change.from.Name)}`
    case 'delete-indicator':
      return indicatorText(change.ioc, layout)
    default:
      return assertNever(change)
  }
}

/** An indicator with its attributes, as far as they are not the usual ones. */
export function indicatorText(ioc: ShownIndicator, layout: PlanLayout): string {
  const facts = [
    ...(ioc.ExpiresAt === null ? [] : [`until ${escapeTerminal(ioc.ExpiresAt)}`]),
    ...(ioc.Enabled ? [] : ['disabled']),
  ]
  return identityText(ioc, layout) + (facts.length === 0 ? '' : ` (${facts.join(', ')})`)
}

function identityText(
  { Type, DetectionFunction, Value }: Pick<ShownIndicator, 'Type' | 'DetectionFunction' | 'Value'>,
  { verbose }: PlanLayout,
): string {
  const words = [Type, ...(DetectionFunction === 'Equals' ? [] : [DetectionFunction]), Value].map(
    escapeTerminal,
  )
  return (verbose ? words : words.map((word) => cutToWidth(word, SHOWN_VALUE))).join(' ')
}

/** `Title "Old" → "New"` for each property of a PATCH. */
function differences(before: object, patch: object, layout: PlanLayout): readonly string[] {
  const held = new Map<string, unknown>(Object.entries(before))
  return Object.entries(patch).map(([name, value]: [string, unknown]) => {
    const [old, next] = valueTexts(name, [held.get(name), value], layout)
    return `${escapeTerminal(name)} ${old} → ${next}`
  })
}

function valueTexts(
  name: string,
  pair: readonly [unknown, unknown],
  { verbose }: PlanLayout,
): readonly [string, string] {
  const [old, next] = pair
  const isText = name !== 'ExpiresAt' && name !== 'Severity' && name !== 'Category'
  if (!isText || verbose || typeof old !== 'string' || typeof next !== 'string')
    return [valueText(name, old, verbose), valueText(name, next, verbose)]
  const common = commonLength(old, next)
  return [excerptOf(old, common), excerptOf(next, common)]
}

function valueText(name: string, value: unknown, isWhole: boolean): string {
  if (value === null || value === undefined) return name === 'ExpiresAt' ? 'never' : 'none'
  if (typeof value !== 'string') return value === true ? 'true' : 'false'
  if (name === 'ExpiresAt' || name === 'Severity' || name === 'Category') return escapeTerminal(value)
  return isWhole ? `"${escapeTerminal(value)}"` : excerptOf(value, 0)
}

/** How many characters two texts begin with alike. */
function commonLength(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)]
  const end = Math.min(left.length, right.length)
  let common = 0
  while (common < end && left[common] === right[common]) common++
  return common
}

/** A text in quotes, cut where it is long: what differs from its counterpart is always in sight. */
function excerptOf(text: string, common: number): string {
  const isShort = textWidth(escapeTerminal(text)) <= SHOWN_TEXT
  const start = isShort || common <= SHOWN_BEFORE ? 0 : common - SHOWN_BEFORE
  const tail = escapeTerminal(Array.from(text).slice(start).join(''))
  return `"${start > 0 ? '…' : ''}${cutToWidth(tail, SHOWN_TEXT)}"`
}

/** Wraps a text behind its sign; the sign is painted, and the whole line of what is lost. No value is cut. */
function signLines(sign: Sign | null, text: string, indent: string, layout: PlanLayout): readonly string[] {
  const first = `${indent}${sign ?? ' '} `
  const [head = '', ...rest] = paragraphLines(text, {
    width: layout.width,
    first,
    rest: `${indent}    `,
    longWords: 'break',
  })
  if (sign === null) return [head, ...rest]
  if (sign === '-') return [head, ...rest].map((line) => layout.paint('error', line))
  return [indent + layout.paint(INKS[sign], sign) + head.slice(indent.length + 1), ...rest]
}

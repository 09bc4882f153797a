import { deletesDefinition, deleteLimit, neededAllowDelete, ownedCount } from '../model/delete-limit.ts'
import { escapeTerminal } from './escape.ts'
import { painterFor } from './paint.ts'
import { paragraphLines } from './paragraph.ts'
import { changeLines, foldedLines, indicatorText } from './plan-changes.ts'
import type { PlanLayout } from './plan-changes.ts'
import type { PlanView, ShownIndicator, ShownQuota } from './plan-view.ts'
import { formatCount, formatCountOf } from '../model/count-text.ts'
import { cell, tableLines } from './text-table.ts'
import type { TableColumn } from './text-table.ts'

/** Narrower terminals get lines of this width. */
const LEAST_WIDTH = 40
/** Kept definitions and Names that are listed. */
const SHOWN_NAMES = 10

/**
 * Prints a plan for the person who decides on it: what happens to each definition and IOC, what is kept, the quotas on
 * the way, what would raise new alerts, and which number `apply` must be given. Lines are at most `width` columns wide
 * (at least 40); everything from rules and service is escaped; a newline stands at the end.
 */
export function planText(
  plan: PlanView,
  options: {
    readonly color: boolean
    readonly width: number
    /** Folds nothing. */
    readonly verbose: boolean
    /** As makePlan gave them. */
    readonly notes?: readonly string[]
  },
): string {
  const layout: PlanLayout = {
    width: Math.max(LEAST_WIDTH, options.width),
    paint: painterFor(options),
    verbose: options.verbose,
  }
  const sections = [
    headLines(plan, layout),
    changeLines(plan, layout),
    keptLines(plan, layout),
    scopeLines(plan, layout),
    plan.changes.length === 0 ? [] : quotaLines(plan, layout),
    noteLines(options.notes ?? [], layout),
    closingLines(plan, layout),
  ]
  const texts = sections.filter((lines) => lines.length > 0).map((lines) => `${lines.join('\n')}\n`)
  return texts.join('\n')
}

function headLines({ basis, digest }: PlanView, layout: PlanLayout): readonly string[] {
  const title = `Plan for tenant ${escapeTerminal(basis.tenant)}`
  const facts = `${escapeTerminal(basis.api)} · fits until ${escapeTerminal(basis.expiresAt)} · digest ${escapeTerminal(digest.slice(0, 12))}`
  return [
    ...plain(title, layout).map((line) => layout.paint('strong', line)),
    ...paragraphLines(facts, { width: layout.width, first: '  ', rest: '  ', longWords: 'break' }),
  ]
}

/** What --prune would delete, by definition. */
function keptLines({ kept }: PlanView, layout: PlanLayout): readonly string[] {
  if (kept.length === 0) return []
  const groups = new Map<string, { isWhole: boolean; readonly iocs: ShownIndicator[] }>()
  for (const { what, definition, ioc } of kept) {
    const group = groups.get(definition.Name) ?? { isWhole: false, iocs: [] }
    if (what === 'definition') group.isWhole = true
    if (ioc !== null) group.iocs.push(ioc)
    groups.set(definition.Name, group)
  }
  const entries = [...groups]
  const shown = layout.verbose ? entries : entries.slice(0, SHOWN_NAMES)
  const left = entries.length - shown.length
  return [
    ...plain('Kept though the rules do not hold it; --prune would delete it', layout).map((line) =>
      layout.paint('strong', line),
    ),
    ...shown.flatMap(([name, { isWhole, iocs }]) => {
      const count = formatCountOf(iocs.length, 'IOC')
      return [
        ...bullet(`${escapeTerminal(name)}: ${isWhole ? `the definition and ${count}` : count}`, layout),
        ...foldedLines(null, iocs, (ioc) => indicatorText(ioc, layout), layout),
      ]
    }),
    ...(left > 0 ? bullet(`… ${formatCountOf(left, 'more definition')}`, layout) : []),
  ]
}

/** Whom the plan takes over, and what it leaves alone. */
function scopeLines({ basis, changes, claims }: PlanView, layout: PlanLayout): readonly string[] {
  const { unmanagedDefinitions, unmanagedIndicators, opaqueIndicators } = basis.remote
  const created = new Set(
    changes.flatMap((change) => (change.kind === 'create-definition' ? [change.body.Name] : [])),
  )
  const adopted = claims.filter((name) => !created.has(name))
  const isUnmanaged = unmanagedDefinitions + unmanagedIndicators > 0
  return [
    ...(adopted.length === 0 ? [] : plain(`Takes over: ${shownNames(adopted, layout)}`, layout)),
    ...(isUnmanaged
      ? plain(
          `Not managed, never written: ${formatCountOf(unmanagedDefinitions, 'definition')}, ${formatCountOf(unmanagedIndicators, 'IOC')}`,
          layout,
        )
      : []),
    ...(opaqueIndicators > 0
      ? plain(
          `Opaque, never written: ${formatCountOf(opaqueIndicators, 'IOC')} that rules cannot hold`,
          layout,
        )
      : []),
  ]
}

function shownNames(names: readonly string[], { verbose }: PlanLayout): string {
  const shown = verbose ? names : names.slice(0, SHOWN_NAMES)
  const left = names.length - shown.length
  return shown.map(escapeTerminal).join(', ') + (left > 0 ? ` and ${formatCount(left)} more` : '')
}

const QUOTA_COLUMNS: readonly TableColumn[] = [
  { title: 'quota', align: 'left', least: 8, dropOrder: null },
  { title: 'before', align: 'right', least: null, dropOrder: null },
  { title: 'peak', align: 'right', least: null, dropOrder: null },
  { title: 'after', align: 'right', least: null, dropOrder: null },
  { title: 'limit', align: 'right', least: null, dropOrder: null },
  { title: '', align: 'left', least: null, dropOrder: 1 },
]

const QUOTA_NOUNS: { readonly [Name in ShownQuota['name']]: string } = {
  definitions: 'definitions',
  indicators: 'IOCs',
  nonEqualsIndicators: 'IOCs other than Equals',
}

function quotaLines(plan: PlanView, layout: PlanLayout): readonly string[] {
  const rows = plan.quotas.map(({ name, before, peak, after, limit, assumed }) => [
    cell(QUOTA_NOUNS[name]),
    cell(formatCount(before)),
    cell(formatCount(peak), peak > limit ? 'warning' : null),
    cell(formatCount(after), 'strong'),
    cell(formatCount(limit)),
    cell(assumed ? 'assumed' : '', 'faint'),
  ])
  const early = earlyDeletes(plan)
  return [
    layout.paint('strong', 'Quotas of the tenant'),
    ...tableLines(QUOTA_COLUMNS, rows, layout),
    ...(early === 0
      ? []
      : bullet(`${formatCountOf(early, 'delete')} before the creates, to make room`, layout)),
  ]
}

/** Deletes that stand before the first write that is none. */
function earlyDeletes({ changes }: PlanView): number {
  const isDelete = (change: PlanView['changes'][number]): boolean =>
    change.kind === 'delete-indicator' || change.kind === 'delete-definition'
  const first = changes.findIndex((change) => !isDelete(change))
  if (first <= 0) return 0
  return changes
    .slice(0, first)
    .reduce((sum, change) => sum + 1 + (change.kind === 'delete-definition' ? change.cascade.length : 0), 0)
}

function noteLines(notes: readonly string[], layout: PlanLayout): readonly string[] {
  if (notes.length === 0) return []
  return [layout.paint('strong', 'Notes'), ...notes.flatMap((note) => bullet(escapeTerminal(note), layout))]
}

function closingLines(plan: PlanView, layout: PlanLayout): readonly string[] {
  if (plan.changes.length === 0) {
    const kept = plan.kept.length === 0 ? '' : `; ${formatCount(plan.kept.length)} kept`
    return plain(`Nothing to do: the tenant holds what the rules say${kept}.`, layout).map((line) =>
      layout.paint('good', line),
    )
  }
  const needed = neededAllowDelete(plan)
  const owned = ownedCount(plan)
  const reason = deletesDefinition(plan)
    ? 'a whole definition goes'
    : `${formatCount(plan.deletes)} of ${formatCount(owned)} owned entities go, ${formatCount(deleteLimit(owned))} may`
  return [
    ...(needed === null
      ? []
      : plain(`apply needs --allow-delete ${needed}: ${reason}.`, layout).map((line) =>
          layout.paint('error', line),
        )),
    ...plain(totalsText(plan), layout).map((line) => layout.paint('strong', line)),
  ]
}

function totalsText(plan: PlanView): string {
  const count = (kind: PlanView['changes'][number]['kind']): number =>
    plan.changes.filter((change) => change.kind === kind).length
  const deletedDefinitions = count('delete-definition')
  const parts = [
    totalOf('create', count('create-definition'), count('create-indicator')),
    totalOf('change', count('patch-definition'), count('patch-indicator')),
    totalOf('move', 0, count('rebind-indicator')),
    totalOf('delete', deletedDefinitions, plan.deletes - deletedDefinitions),
    plan.kept.length === 0 ? null : `keep ${formatCount(plan.kept.length)}`,
  ].filter((part) => part !== null)
  return `To do: ${parts.join(' · ')}`
}

function totalOf(verb: string, definitions: number, iocs: number): string | null {
  const parts = [
    ...(definitions > 0 ? [formatCountOf(definitions, 'definition')] : []),
    ...(iocs > 0 ? [formatCountOf(iocs, 'IOC')] : []),
  ]
  return parts.length === 0 ? null : `${verb} ${parts.join(' and ')}`
}

function plain(text: string, { width }: PlanLayout): readonly string[] {
  return paragraphLines(text, { width, first: '', rest: '  ', longWords: 'break' })
}

function bullet(text: string, { width }: PlanLayout): readonly string[] {
  return paragraphLines(text, { width, first: '  - ', rest: '    ', longWords: 'break' })
}

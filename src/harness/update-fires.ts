import type { Detection } from '../model/detection.ts'
import type { MapEntry, MapNode, RuleNode } from '../rules/rule-node.ts'
import { alertsOf, firedDefinitions, firingBreaches } from './find-breaches.ts'
import { isInRange } from './read-count.ts'
import type { TestRun } from './run-tests.ts'
import type { YamlComment } from './yaml-comments.ts'
import { yamlComments } from './yaml-comments.ts'

/** Ways that one written expectation lists; more would be no help to a reviewer. */
const WAYS_LIMIT = 20

/** A stretch of a file and what shall stand there. */
interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/**
 * The text of a test file in which `fires`, and totals where they are given, say what happened, or null where nothing
 * is to be changed. Expectations that hold stay as they stand, and every comment stays. A definition that is named under
 * `silent` and fires stays there: that is what the test is to warn of. All runs are of the one file.
 */
export function updateFires(runs: readonly TestRun[]): string | null {
  const edits = runs.flatMap((run) => [...totalEdits(run), editOf(run) ?? []].flat())
  const source = runs[0]?.prepared.test.origin.source
  if (source === undefined || edits.length === 0) return null
  let { text } = source
  for (const { start, end, text: written } of [...edits].sort((a, b) => b.start - a.start))
    text = text.slice(0, start) + written + text.slice(end)
  return text
}

/** An expectation that stays, by its node, or one that is written anew. */
type Item = { readonly kept: RuleNode } | { readonly written: WrittenFiring }

interface WrittenFiring {
  readonly definition: string
  readonly count: number
  /** Null where the expectation says nothing of alerts. */
  readonly alerts: number | null
  readonly through: readonly Readonly<Record<string, string>>[]
}

/** Totals that were given and differ: a count is no less what happened than the list below it. */
function totalEdits({ outcome, prepared: { test } }: TestRun): readonly Edit[] {
  if (test.skip !== null) return []
  return (['detections', 'alerts'] as const).flatMap((key) => {
    const expected = test[key]
    const entry = test.origin.node.entries.find((candidate) => candidate.key === key)
    const found = outcome[key].length
    if (expected === null || entry === undefined || isInRange(found, expected)) return []
    return [{ start: entry.value.start, end: entry.value.end, text: String(found) }]
  })
}

function editOf(run: TestRun): Edit | null {
  const { test } = run.prepared
  if (test.skip !== null) return null
  const entry = test.origin.node.entries.find(({ key }) => key === 'fires') ?? null
  const items = itemsOf(run, entry)
  const isUnchanged = items.length === nodesOf(entry).length && items.every((item) => 'kept' in item)
  if (isUnchanged && (items.length > 0 || expectsElse(run))) return null
  const layout = new Layout(run)
  // Where nothing fires, that is what there is to expect.
  if (items.length === 0 && !expectsElse(run)) return layout.strict(entry)
  return entry === null ? layout.insert(items) : layout.replace(entry, items)
}

function itemsOf(run: TestRun, entry: MapEntry | null): readonly Item[] {
  const { test } = run.prepared
  const fired = firedDefinitions(run.outcome)
  const isSilent = (name: string): boolean => test.silent.some(({ text }) => text === name)
  const items: Item[] = []
  for (const [i, node] of nodesOf(entry).entries()) {
    const expectation = test.fires[i]
    if (expectation === undefined) continue
    const name = expectation.definition.text
    const detections = fired.get(name) ?? []
    const isHolding = firingBreaches(expectation, run.outcome, detections).next().done === true
    const alerts = expectation.alerts === null ? null : alertsOf(run.outcome, name)
    if (isHolding) items.push({ kept: node })
    else if (detections.length > 0) items.push({ written: firingOf(name, detections, alerts) })
  }
  // Where nothing is expected any more, what fired is what there is to expect.
  const mayAdd = test.isStrict || (items.length === 0 && !expectsElse(run))
  if (!mayAdd) return items
  for (const [name, detections] of [...fired].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const isNamed = test.fires.some(({ definition }) => definition.text === name)
    if (!isNamed && !isSilent(name)) items.push({ written: firingOf(name, detections, null) })
  }
  return items
}

/** True when a test could fail without its `fires`. */
function expectsElse({ prepared: { test } }: TestRun): boolean {
  return test.silent.length > 0 || test.isStrict || test.alerts !== null || test.detections !== null
}

function nodesOf(entry: MapEntry | null): readonly RuleNode[] {
  if (entry === null || entry.value.kind === 'null') return []
  return entry.value.kind === 'list' ? entry.value.items : [entry.value]
}

function firingOf(
  definition: string,
  detections: readonly Detection[],
  alerts: number | null,
): WrittenFiring {
  const ways = new Map<string, Readonly<Record<string, string>>>()
  for (const { ioc, field } of detections.flatMap((detection) => detection.matches)) {
    const { Type, DetectionFunction, Value } = ioc
    const way = { Type, DetectionFunction, Value, field: field.replaceAll(/\[\d+\]/g, '') }
    ways.set(JSON.stringify(way), way)
  }
  return { definition, count: detections.length, alerts, through: [...ways.values()].slice(0, WAYS_LIMIT) }
}

/** A line of a list that is written anew: an item with the comment behind it, or a comment of its own. */
type Piece = { readonly item: Item; readonly behind: string } | { readonly comment: string }

/** Writes expectations in the style of the test: block or flow. */
class Layout {
  readonly #text: string
  readonly #comments: readonly YamlComment[]
  readonly #node: MapNode
  readonly #isFlow: boolean
  readonly #isJson: boolean
  readonly #newline: string
  /** Blanks before the keys of the test. */
  readonly #indent: string

  constructor({ prepared: { test } }: TestRun) {
    const { source, node, notation } = test.origin
    this.#text = source.text
    this.#node = node
    this.#isJson = notation === 'json'
    this.#comments = this.#isJson ? [] : yamlComments(source.text)
    this.#isFlow = this.#isJson || source.text[node.start] === '{'
    this.#newline = source.text.includes('\r\n') ? '\r\n' : '\n'
    const first = node.entries[0]?.keyRange.start ?? node.start
    const lineStart = source.text.lastIndexOf('\n', first - 1) + 1
    this.#indent = ' '.repeat(first - lineStart)
  }

  replace(entry: MapEntry, items: readonly Item[]): Edit {
    const { value } = entry
    if (this.#isFlow) return { start: value.start, end: this.#endOf(value), text: this.#flow(items, value) }
    if (items.length === 0) return this.#instead(entry, 'fires: []')
    const isBlockList = value.kind === 'list' && this.#text[value.start] !== '['
    if (isBlockList) return this.#replaceBlock(value.items, items, value)
    // A list in one line becomes a block below its key; what stands behind it on the line stays there.
    const start = this.#text.slice(0, value.start).trimEnd().length
    return { start, end: value.kind === 'null' ? start : this.#endOf(value), text: this.#block(items, value) }
  }

  insert(items: readonly Item[]): Edit {
    return this.#append('fires', this.#isFlow ? this.#flow(items, null) : this.#block(items, null))
  }

  strict(entry: MapEntry | null): Edit {
    if (entry === null) return this.#append('strict', this.#isFlow ? 'true' : ' true')
    if (!this.#isFlow) return this.#instead(entry, 'strict: true')
    const text = this.#isJson ? '"strict": true' : 'strict: true'
    return { start: entry.keyRange.start, end: this.#endOf(entry.value), text }
  }

  /** Puts another entry in the place of one; the comments inside it stay. */
  #instead({ keyRange, value }: MapEntry, text: string): Edit {
    const end = Math.max(this.#endOf(value), keyRange.end + 1)
    const lines = this.#commentsIn(keyRange.end, end).map((comment) =>
      this.#isLineBetween(keyRange.end, comment.start)
        ? `${this.#newline}${this.#indent}${this.#textOf(comment)}`
        : ` ${this.#textOf(comment)}`,
    )
    return { start: keyRange.start, end, text: text + lines.join('') }
  }

  #append(key: string, value: string): Edit {
    if (this.#isFlow) {
      const close = this.#node.end - 1
      const end = this.#text.slice(0, close).trimEnd().length
      const name = this.#isJson ? `"${key}"` : key
      return { start: end, end, text: `, ${name}: ${value.trimStart()}` }
    }
    const last = this.#node.entries.at(-1)
    const content =
      last === undefined ? this.#node.start : Math.max(this.#endOf(last.value), last.keyRange.end)
    const feed = this.#text.indexOf('\n', content)
    const lineEnd = feed < 0 ? this.#text.length : feed - (this.#text[feed - 1] === '\r' ? 1 : 0)
    return { start: lineEnd, end: lineEnd, text: `${this.#newline}${this.#indent}${key}:${value}` }
  }

  /** Items one by one, so that the lines between them stay. */
  #replaceBlock(nodes: readonly RuleNode[], items: readonly Item[], list: RuleNode): Edit {
    const kept = new Set(items.flatMap((item) => ('kept' in item ? [item.kept] : [])))
    const written = items.flatMap((item) => ('written' in item ? [item.written] : []))
    const column = this.#columnOf(this.#dashOf(nodes[0] ?? list))
    const indent = ' '.repeat(column)
    const start = this.#lineStartOf(this.#dashOf(nodes[0] ?? list))
    const end = this.#endOf(nodes.at(-1) ?? list)
    const lines: string[] = []
    let at = start
    let isAfterKept = false
    for (const node of nodes) {
      const from = this.#lineStartOf(this.#dashOf(node))
      const to = this.#endOf(node)
      const [behind = '', ...between] = this.#text.slice(at, from).split(/\r?\n/)
      if (behind.trim() !== '')
        lines.push(isAfterKept ? (lines.pop() ?? '') + behind : indent + behind.trimStart())
      lines.push(...between.slice(0, -1))
      isAfterKept = kept.has(node)
      if (isAfterKept) lines.push(this.#text.slice(from, to))
      else lines.push(...this.#commentsIn(from, to).map((comment) => indent + this.#textOf(comment)))
      at = to
    }
    for (const firing of written) lines.push(...blockLines(firing).map((line) => indent + line))
    return { start, end, text: lines.join(this.#newline) }
  }

  /** A block below the key in the place of a list in one piece. */
  #block(items: readonly Item[], list: RuleNode | null): string {
    const lines = this.#pieces(items, list).flatMap((piece) => {
      if ('comment' in piece) return [piece.comment]
      const { item, behind } = piece
      return 'kept' in item ? [`- ${this.#sourceOf(item.kept)}${behind}`] : blockLines(item.written)
    })
    return lines.map((line) => `${this.#newline}${this.#indent}  ${line}`).join('')
  }

  /** A list in brackets: in one line, unless there are comments, each of which ends its line. */
  #flow(items: readonly Item[], list: RuleNode | null): string {
    const pieces = this.#pieces(items, list)
    const hasComments = pieces.some((piece) => 'comment' in piece || piece.behind !== '')
    const texts = pieces.map((piece) => {
      if ('comment' in piece) return piece.comment
      const { item, behind } = piece
      return `${'kept' in item ? this.#sourceOf(item.kept) : flowText(item.written)},${behind}`
    })
    if (!hasComments) return `[${texts.join(' ').replace(/,$/, '')}]`
    const lineStart = `${this.#newline}${this.#indent}  `
    return `[${lineStart}${texts.join(lineStart)}${this.#newline}${this.#indent}]`
  }

  /** Items and the comments that stand between them or inside those that go, in their order; new items come last. */
  #pieces(items: readonly Item[], list: RuleNode | null): readonly Piece[] {
    const kept = items.flatMap((item) => ('kept' in item ? [item.kept] : []))
    const pieces: Piece[] = []
    let at = list?.start ?? 0
    for (const node of kept) {
      pieces.push(...this.#commentsIn(at, node.start).map((comment) => ({ comment: this.#textOf(comment) })))
      at = this.#endOf(node)
      const [next] = this.#commentsIn(at, list === null ? at : this.#endOf(list))
      const isBehind =
        next !== undefined && !this.#isLineBetween(at, next.start) && !this.#isItemBetween(at, next.start)
      pieces.push({ item: { kept: node }, behind: isBehind ? ` ${this.#textOf(next)}` : '' })
      if (isBehind) at = next.end
    }
    if (list !== null)
      for (const comment of this.#commentsIn(at, this.#endOf(list)))
        pieces.push({ comment: this.#textOf(comment) })
    for (const item of items) if ('written' in item) pieces.push({ item, behind: '' })
    return pieces
  }

  #commentsIn(start: number, end: number): readonly YamlComment[] {
    return this.#comments.filter((comment) => comment.start >= start && comment.end <= end)
  }

  #textOf({ start, end }: YamlComment): string {
    return this.#text.slice(start, end)
  }

  #isLineBetween(start: number, end: number): boolean {
    return this.#text.slice(start, end).includes('\n')
  }

  /** Something else than the comma behind an item. */
  #isItemBetween(start: number, end: number): boolean {
    return this.#text.slice(start, end).replace(',', '').trim() !== ''
  }

  #sourceOf(node: RuleNode): string {
    return this.#text.slice(node.start, this.#endOf(node))
  }

  /** The end of what a node shows: ranges of blocks reach to the next node. */
  #endOf(node: RuleNode): number {
    return Math.max(node.start, this.#text.slice(0, node.end).trimEnd().length)
  }

  #dashOf(node: RuleNode): number {
    return Math.max(0, this.#text.lastIndexOf('-', node.start - 1))
  }

  #lineStartOf(offset: number): number {
    return this.#text.lastIndexOf('\n', offset - 1) + 1
  }

  #columnOf(offset: number): number {
    return offset - this.#lineStartOf(offset)
  }
}

function flowText({ definition, count, alerts, through }: WrittenFiring): string {
  return JSON.stringify({ definition, count, ...(alerts === null ? {} : { alerts }), through })
}

function blockLines({ definition, count, alerts, through }: WrittenFiring): readonly string[] {
  return [
    `- definition: ${yamlText(definition)}`,
    `  count: ${count}`,
    ...(alerts === null ? [] : [`  alerts: ${alerts}`]),
    ...(through.length === 0 ? [] : ['  through:']),
    ...through.map(
      (way) =>
        `    - { ${Object.entries(way)
          .map(([key, value]) => `${key}: ${yamlText(value)}`)
          .join(', ')} }`,
    ),
  ]
}

/** A text that YAML reads back as that text: plain where it is a word, else in JSON's quotes. */
function yamlText(text: string): string {
  const isWord =
    /^[A-Za-z][A-Za-z0-9_-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text)
  return isWord ? text : JSON.stringify(text)
}

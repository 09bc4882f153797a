import type { Diagnostic, SourceSpan } from '../model/diagnostic.ts'
import { escapeTerminal } from './escape.ts'
import { painterFor } from './paint.ts'
import type { Ink, Painter } from './paint.ts'
import { textWidth } from './text-width.ts'

/** Columns of a line that are shown; a longer line is cut around its mark. */
const SHOWN_COLUMNS = 100
/** Columns shown before the mark where the line's beginning is cut, so that the reader sees what the mark belongs to. */
const COLUMNS_BEFORE_MARK = 30
const TAB_COLUMNS = 4
const ELLIPSIS = '…'

/**
 * Prints one diagnostic as a person wants to read it: place, code, message, the line with the mark, related places, fix.
 * Everything from files is escaped; the result has no newline at its end.
 */
export function diagnosticText(diagnostic: Diagnostic, options: { readonly color: boolean }): string {
  const paint = painterFor(options)
  const ink = diagnostic.severity
  const place = diagnostic.span === null ? '' : paint('strong', placeOf(diagnostic.span)) + ' '
  const verdict = paint(ink, `${escapeTerminal(diagnostic.code)} ${diagnostic.severity}:`)
  const lines = [`${place}${verdict} ${escapeTerminal(diagnostic.message)}`]
  if (diagnostic.span !== null) lines.push(...excerpt(diagnostic.span, ink, paint))
  for (const related of diagnostic.related) {
    lines.push(
      `${paint('strong', placeOf(related.span))} ${paint('accent', 'note:')} ${escapeTerminal(related.message)}`,
    )
    lines.push(...excerpt(related.span, 'accent', paint))
  }
  if (diagnostic.fix !== null) lines.push(`  ${paint('good', 'fix:')} ${escapeTerminal(diagnostic.fix)}`)
  return lines.join('\n')
}

function placeOf(span: SourceSpan): string {
  return `${escapeTerminal(span.file)}:${span.line}:${span.column}`
}

/** The line and the mark under it; nothing where the reader kept no text of the line. */
function excerpt(span: SourceSpan, ink: Ink, paint: Painter): readonly string[] {
  if (span.lineText === '') return []
  const number = String(span.line)
  const { text, blanks, carets } = markedLine(span)
  return [
    paint('faint', `  ${number} |`) + ` ${text}`,
    paint('faint', `  ${' '.repeat(number.length)} |`) +
      ` ${' '.repeat(blanks)}${paint(ink, '^'.repeat(carets))}`,
  ]
}

interface Cell {
  readonly shown: string
  readonly width: number
}

/** Cuts the line to the shown columns around the mark and says where the carets stand, in terminal columns. */
function markedLine(span: SourceSpan): {
  readonly text: string
  readonly blanks: number
  readonly carets: number
} {
  const cells = cellsOf(span.lineText)
  const markStart = Math.min(span.column - 1, cells.length)
  const markEnd = Math.min(cells.length, markStart + Math.max(1, span.length))
  const isLong = widthOf(cells) > SHOWN_COLUMNS
  const first = isLong ? firstShown(cells, markStart, markEnd) : 0
  const head = first > 0 ? ELLIPSIS : ''
  const room = SHOWN_COLUMNS - head.length
  const last = isLong ? endOfRoom(cells, first, room) : cells.length
  const tail = last < cells.length ? ELLIPSIS : ''
  const shown = cells.slice(first, last)
  return {
    text: head + shown.map((cell) => cell.shown).join('') + tail,
    blanks: head.length + widthOf(cells.slice(first, markStart)),
    carets: Math.max(1, widthOf(cells.slice(markStart, Math.min(markEnd, last)))),
  }
}

/** Index of the first shown cell: 0 where the mark fits from the line's start, else a little before the mark. */
function firstShown(cells: readonly Cell[], markStart: number, markEnd: number): number {
  if (widthOf(cells.slice(0, markEnd)) < SHOWN_COLUMNS) return 0
  const markWidth = widthOf(cells.slice(markStart, markEnd))
  const before = Math.max(COLUMNS_BEFORE_MARK, Math.floor((SHOWN_COLUMNS - markWidth) / 2) - 1)
  let first = markStart
  let width = 0
  while (first > 0) {
    width += cells[first - 1]?.width ?? 0
    if (width > before) break
    first -= 1
  }
  return first
}

/** Index after the last cell that fits, one column left for the ellipsis where the line goes on. */
function endOfRoom(cells: readonly Cell[], first: number, room: number): number {
  if (widthOf(cells.slice(first)) <= room) return cells.length
  let width = 0
  let end = first
  while (end < cells.length) {
    width += cells[end]?.width ?? 0
    if (width > room - 1) break
    end += 1
  }
  return end
}

/** One cell per code point; a tab reaches to the next tab stop, everything else is escaped by itself. */
function cellsOf(lineText: string): readonly Cell[] {
  const cells: Cell[] = []
  let column = 0
  for (const character of lineText) {
    const shown =
      character === '\t' ? ' '.repeat(TAB_COLUMNS - (column % TAB_COLUMNS)) : escapeTerminal(character)
    const width = textWidth(shown)
    cells.push({ shown, width })
    column += width
  }
  return cells
}

function widthOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, cell) => sum + cell.width, 0)
}

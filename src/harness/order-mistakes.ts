import type { Diagnostic } from '../model/diagnostic.ts'

/**
 * Puts what was found in several rounds in the order in which a person mends it: files as they first occur, in each by line
 * and column. What has no place stays behind what it was found with.
 */
export function orderMistakes(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const byFile = new Map<string, Diagnostic[]>()
  let file = ''
  for (const diagnostic of diagnostics) {
    file = diagnostic.span?.file ?? file
    const own = byFile.get(file)
    if (own === undefined) byFile.set(file, [diagnostic])
    else own.push(diagnostic)
  }
  return [...byFile.values()].flatMap((own) => own.sort(byPlace))
}

function byPlace({ span: a }: Diagnostic, { span: b }: Diagnostic): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  return a.line - b.line || a.column - b.column
}

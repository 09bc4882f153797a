import { Parser } from 'tap-parser'

/** A test point of a TAP stream, as a parser of others reads it. */
export interface TapPoint {
  readonly isOk: boolean
  readonly number: number
  readonly description: string
  readonly directive: string | null
  readonly yaml: unknown
}

/**
 * Reads TAP version 14 without subtests in the parser's strict mode; throws for a line that is none of its forms, for a plan
 * that is not kept, and for points out of order.
 */
export function readTap(text: string): readonly TapPoint[] {
  const points: TapPoint[] = []
  const faults: string[] = []
  let version: number | null = null
  const parser = new Parser({ strict: true }, ({ failures, count, plan }) => {
    for (const { tapError } of failures) if (tapError !== null) faults.push(tapError)
    if (plan.end !== count) faults.push(`${count} points, ${plan.end} planned`)
  })
  parser.on('version', (found) => (version = found))
  parser.on('extra', (line) => faults.push(`no line of TAP: ${line}`))
  parser.on('assert', ({ ok, id, name, skip, todo, diag }) => {
    const reason = skip === false ? todo : skip
    const word = skip === false ? 'TODO' : 'SKIP'
    points.push({
      isOk: ok,
      number: id,
      description: name,
      directive: reason === false ? null : `${word} ${String(reason)}`,
      yaml: diag,
    })
  })
  parser.end(text)
  if (version !== 14) faults.push('the version is not 14')
  if (points.some(({ number }, i) => number !== i + 1)) faults.push('points out of order')
  if (faults.length > 0) throw new Error(faults.join('; '))
  return points
}

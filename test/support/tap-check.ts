import { parse } from 'yaml'

/** A test point of a TAP stream. */
export interface TapPoint {
  readonly isOk: boolean
  readonly number: number
  readonly description: string
  readonly directive: string | null
  readonly yaml: unknown
}

/** A backslash takes the sign behind it along; a bare `#` begins the directive. */
const DESCRIPTION = /^((?:\\.|[^\\#])*?)(?: # (.*))?$/su
const POINT = /^(not )?ok (\d+) - (.*)$/

/** Reads TAP version 14 without subtests, strictly: throws for a line that is none of its forms, and for a plan that is not kept. */
export function readTap(text: string): readonly TapPoint[] {
  const lines = text.split('\n')
  if (lines.pop() !== '') throw new Error('the last line has no end')
  if (lines.shift() !== 'TAP version 14') throw new Error('no version')
  const [, planned] = /^1\.\.(\d+)$/.exec(lines.shift() ?? '') ?? []
  if (planned === undefined) throw new Error('no plan')
  const points: TapPoint[] = []
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] ?? ''
    if (line.startsWith('#')) continue
    const [, not, number, rest = ''] = POINT.exec(line) ?? []
    if (number === undefined) throw new Error(`no test point: ${line}`)
    const block: string[] = []
    if (lines[i + 1] === '  ---') {
      i += 2
      while (lines[i] !== '  ...') {
        if (i >= lines.length) throw new Error('an open YAML block')
        block.push((lines[i] ?? '').slice(2))
        i += 1
      }
    }
    const [whole, description = '', directive = null] = DESCRIPTION.exec(rest) ?? []
    if (whole === undefined) throw new Error(`a bare # in ${rest}`)
    points.push({
      isOk: not === undefined,
      number: Number(number),
      description: description.replaceAll(/\\([\\#])/g, '$1'),
      directive,
      yaml: block.length === 0 ? null : parse(block.join('\n')),
    })
  }
  if (points.length !== Number(planned)) throw new Error(`${points.length} points, ${planned} planned`)
  if (points.some(({ number }, i) => number !== i + 1)) throw new Error('points out of order')
  return points
}

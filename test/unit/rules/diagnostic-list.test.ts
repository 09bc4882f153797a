import { expect, test } from 'vitest'
import { DiagnosticList } from '../../../src/rules/diagnostic-list.ts'
import type { Spot } from '../../../src/rules/diagnostic-list.ts'

function spotAt(file: string, line = 1, column = 1): Spot {
  return { file, span: () => ({ file, line, column, length: 1, lineText: '' }) }
}

function finding(code: string, message = ''): { code: string; message: string; fix: null } {
  return { code, message, fix: null }
}

/** As many errors and warnings of one place, which is none where no file is given. */
function listOf(errors: number, warnings: number, file?: string): DiagnosticList {
  const list = new DiagnosticList()
  const spot = file === undefined ? null : spotAt(file)
  for (let i = 0; i < errors; i += 1) list.error(spot, finding('E'))
  for (let i = 0; i < warnings; i += 1) list.warn(spot, finding('W'))
  return list
}

test('diagnostics stand in the order of file, line, column and code, those without a place first', () => {
  const list = new DiagnosticList()

  list.error(spotAt('b'), finding('A'))
  list.error(null, finding('C'))
  list.error(spotAt('a', 2, 1), finding('A'))
  list.error(null, finding('A', 'second'))
  list.error(spotAt('a', 1, 2), finding('B'))
  list.error(spotAt('a', 1, 2), finding('A'))
  list.error(null, finding('B'))
  list.error(null, finding('A', 'first'))

  expect(
    list.sorted().map(({ code, message, span }) => [code, message, span?.file, span?.line].join(' ')),
  ).toEqual(['A first  ', 'A second  ', 'B   ', 'C   ', 'A  a 1', 'B  a 1', 'A  a 2', 'A  b 1'])
})

test.each([
  [100, 100, 'a', []],
  [101, 100, 'a', ['a: 1 more error of this file not shown']],
  [103, 102, 'a', ['a: 3 more errors of this file not shown', 'a: 2 more warnings of this file not shown']],
  [0, 101, undefined, ['1 more warning not shown']],
])('of %i errors and %i warnings of file %s the rest is counted', (errors, warnings, file, rests) => {
  const sorted = listOf(errors, warnings, file).sorted()

  expect(sorted.filter(({ code }) => code === 'RULE018').map(({ message }) => message)).toEqual(rests)
  expect(sorted).toHaveLength(Math.min(errors, 100) + Math.min(warnings, 100) + rests.length)
})

test('a list takes over what another kept, with places, related places and none', () => {
  const [own, other] = [new DiagnosticList(), new DiagnosticList()]
  other.error(null, finding('A'))
  other.warn(spotAt('b', 3, 4), {
    ...finding('B', 'text'),
    related: [{ message: 'there', spot: spotAt('c', 5, 6) }],
  })

  own.adopt(other)

  expect(own.sorted()).toEqual(other.sorted())
  expect([own.errorCount, own.hasErrors]).toEqual([1, true])
  expect(own.sorted()[1]).toMatchObject({
    severity: 'warning',
    span: { file: 'b', line: 3, column: 4 },
    related: [{ message: 'there', span: { file: 'c', line: 5, column: 6 } }],
  })
})

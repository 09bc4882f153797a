import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { readIocLines } from '../../src/rules/ioc-lines.ts'
import { readIocList, type IocListInput } from '../../src/rules/ioc-list.ts'
import { DiagnosticList } from '../../src/rules/diagnostic-list.ts'
import { RuleSetDraft } from '../../src/rules/rule-set-draft.ts'
import { parameters } from '../support/runs.ts'

const encoder = new TextEncoder()

interface Reading {
  readonly columns: unknown
  readonly rowCount: number
  readonly counts: readonly number[]
  readonly diagnostics: unknown
}

function readWith(
  ingestKernel: 'on' | 'off',
  bytes: Uint8Array,
  nonEqualsHash: 'allow' | 'reject',
  read: (input: IocListInput) => void = readIocList,
): Reading {
  const draft = new RuleSetDraft()
  const diagnostics = new DiagnosticList()
  read({
    file: 'list',
    bytes,
    definition: 0,
    draft,
    options: { nonEqualsHash },
    diagnostics,
    ingestKernel,
  })
  const { columns } = draft
  const rows = columns.count
  return {
    columns: {
      type: columns.type.slice(0, rows),
      detectionFunction: columns.detectionFunction.slice(0, rows),
      enabled: columns.enabled.slice(0, rows),
      sourceLine: Array.from({ length: rows }, (_, row) => columns.places.lineOf(row)),
      sourceColumn: Array.from({ length: rows }, (_, row) => columns.places.columnOf(row)),
      tally: columns.tally.countsOf(rows),
      expiresAt: columns.expiresAt?.slice(0, rows) ?? null,
      start: columns.valueStart.slice(0, rows + 1),
      words: columns.words.slice(0, columns.wordEnd),
    },
    rowCount: rows,
    counts: [draft.readCount, draft.rejectedCount],
    diagnostics: diagnostics.sorted(),
  }
}

/** One of the characters of a text. */
const charOf = (text: string): fc.Arbitrary<string> => fc.constantFrom(...Array.from(text))
const hex = (digits: number): fc.Arbitrary<string> =>
  fc.string({ unit: charOf('0123456789abcdefABCDEF'), minLength: digits, maxLength: digits })
const oneOfWords = (words: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...words) }, { weight: 1, arbitrary: caseOf(words) })
const caseOf = (words: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...words), fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }))
    .map(([word, flips]) =>
      Array.from(word, (c, i) => (flips[i] ? c.toUpperCase() : c.toLowerCase())).join(''),
    )
const label = fc.string({
  unit: charOf('abcXYZ019-_'),
  minLength: 1,
  maxLength: 20,
})
const part = fc.oneof(fc.nat(255).map(String), fc.constantFrom('256', '00', '01', '', '1000'))
const value = fc.oneof(
  fc.constantFrom(32, 40, 64).chain(hex),
  fc.integer({ min: 1, max: 66 }).chain(hex),
  fc.array(part, { minLength: 4, maxLength: 4 }).map((parts) => parts.join('.')),
  fc.constantFrom(
    '::1',
    '2001:DB8::1',
    '10.0.',
    'xn--a.example',
    '1.2.3',
    'a..b',
    '.',
    '-a.b',
    'a.1',
    'ä.example',
  ),
  fc.array(label, { minLength: 1, maxLength: 16 }).map((labels) => labels.join('.')),
  fc.tuple(label, fc.constantFrom('.example', '.example.', '..', '.', '-')).map((pair) => pair.join('')),
)
const time = fc.oneof(
  { weight: 4, arbitrary: fc.constant('') },
  { weight: 2, arbitrary: fc.constantFrom('2027-01-01T00:00:00Z', '2028-02-29T23:59:59.1234567Z') },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.integer({ min: 0, max: 9999 }),
        fc.integer({ min: 0, max: 13 }),
        fc.integer({ min: 0, max: 32 }),
        fc.integer({ min: 0, max: 24 }),
        fc.nat(60),
        fc.constantFrom('Z', '.5Z', '.Z', '.12345678Z', '+01:00', ''),
      )
      .map(([year, month, day, hour, minute, end]) => {
        const two = (n: number): string => String(n).padStart(2, '0')
        return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:07${end}`
      }),
  },
  { weight: 1, arbitrary: fc.constantFrom('2027-01-01', '2027-01-01 00:00:00', 'soon', ' ') },
)
const typed = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(fc.constant('Sha256'), hex(64)) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('Sha1'), hex(40)) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('Md5'), hex(32)) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('IpAddress'), fc.ipV4()) },
  {
    weight: 2,
    arbitrary: fc.tuple(
      fc.constant('DomainName'),
      label.map((text) => `a${text}b.Example`),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(oneOfWords(['Sha1', 'Sha256', 'Md5', 'IpAddress', 'DomainName', 'Md', '']), value),
  },
)
const quoting = fc.constantFrom('', '', '', '', '', '', '"', ' ')
const row = fc
  .tuple(
    typed,
    oneOfWords(['Equals', 'Equals', 'StartWith', 'EndWith', 'Contains', '']),
    time,
    oneOfWords(['', 'true', 'false', 'TRUE', 'no']),
    quoting,
    fc.constantFrom('\n', '\n', '\n', '\r\n', '\n\n'),
  )
  .map(([[type, text], fn, at, enabled, mark, end]) => ({ type, text, fn, at, enabled, mark, end }))
const HEADERS = [
  ['Type', 'DetectionFunction', 'Value'],
  ['Type', 'Value'],
  ['Value', 'Type'],
  ['Type', 'DetectionFunction', 'Value', 'ExpiresAt', 'Enabled'],
  ['Enabled', 'ExpiresAt', 'Value', 'DetectionFunction', 'Type'],
]
const list = fc
  .tuple(
    fc.constantFrom(...HEADERS),
    fc.array(row, { maxLength: 24 }),
    fc.constantFrom('', '\ufeff'),
    fc.boolean(),
    fc.array(fc.tuple(fc.nat(2000), charOf('",\n\r "#\u0000ä\u0085.-')), { maxLength: 2 }),
  )
  .map(([header, rows, mark, isWhole, edits]) => {
    const lines = rows.map(({ type, text, fn, at, enabled, mark: quote, end }) => {
      const cellOf = new Map([
        ['Type', type],
        ['DetectionFunction', fn],
        ['Value', text],
        ['ExpiresAt', at],
        ['Enabled', enabled],
      ])
      return header.map((name) => `${quote}${cellOf.get(name) ?? ''}${quote}`).join(',') + end
    })
    const text = `${mark}${header.join(',')}\n${lines.join('')}`
    const edited = edits.reduce((whole, [at, inserted]) => {
      const place = header.join(',').length + 2 + (at % Math.max(1, whole.length - header.join(',').length))
      return whole.slice(0, place) + inserted + whole.slice(place)
    }, text)
    return encoder.encode(isWhole ? edited : edited.slice(0, -1))
  })

test('for all lists, the ingest kernel changes neither the columns nor the counts nor the diagnostics', () => {
  let plainRows = 0
  let oddLists = 0
  fc.assert(
    fc.property(list, fc.constantFrom('allow' as const, 'reject' as const), (bytes, nonEqualsHash) => {
      const expected = readWith('off', bytes, nonEqualsHash)

      const found = readWith('on', bytes, nonEqualsHash)

      expect(found).toEqual(expected)
      plainRows += expected.rowCount
      if (expected.counts[1] !== 0) oddLists++
    }),
    parameters(0.006),
  )
  expect(plainRows).toBeGreaterThan(1000)
  expect(oddLists).toBeGreaterThan(100)
})

const objectLine = fc
  .tuple(
    row,
    fc.constantFrom('{"', '{ "', ' {"'),
    fc.constantFrom('', '', '', '\\u0041', '"Type":"Md5",', '"x":1,'),
  )
  .map(([{ type, text, fn, at, enabled, end }, open, odd]) => {
    const keys = [
      `"Type":"${type}"`,
      ...(fn === '' ? [] : [`"DetectionFunction": "${fn}"`]),
      ...(at === '' ? [] : [`"ExpiresAt" :"${at}"`]),
      ...(enabled === '' ? [] : [`"Enabled":${enabled}`]),
      `"Value":"${odd.startsWith('\\') ? odd : ''}${text}"`,
    ]
    return `${open.slice(0, -1)}${odd.startsWith('"') ? odd : ''}${keys.join(',')} }${end}`
  })
const lines = fc
  .tuple(
    fc.array(objectLine, { maxLength: 24 }),
    fc.array(fc.tuple(fc.nat(2000), charOf('",\n\r {}:\\ä\u0085')), { maxLength: 1 }),
  )
  .map(([rows, edits]) =>
    encoder.encode(
      edits.reduce((whole, [at, inserted]) => {
        const place = at % Math.max(1, whole.length)
        return whole.slice(0, place) + inserted + whole.slice(place)
      }, rows.join('')),
    ),
  )

test('for all lists of JSON objects, the ingest kernel changes nothing either', () => {
  let plainRows = 0
  let oddLists = 0
  fc.assert(
    fc.property(lines, fc.constantFrom('allow' as const, 'reject' as const), (bytes, nonEqualsHash) => {
      const expected = readWith('off', bytes, nonEqualsHash, readIocLines)

      const found = readWith('on', bytes, nonEqualsHash, readIocLines)

      expect(found).toEqual(expected)
      plainRows += expected.rowCount
      if (expected.counts[1] !== 0) oddLists++
    }),
    parameters(0.003),
  )
  expect(plainRows).toBeGreaterThan(500)
  expect(oddLists).toBeGreaterThan(50)
})

test('a list larger than the kernel sees at once is read whole, odd rows and long ones included', () => {
  const digest = (i: number): string => i.toString(16).padStart(64, '0')
  const rows = Array.from({ length: 30_000 }, (_, i) => {
    if (i % 5000 === 77) return `"Sha256","Equals","${digest(i)}"\n`
    if (i === 9000) return `DomainName,Contains,${'x'.repeat(300_000)}\n`
    return i % 999 === 0 ? 'IpAddress,,2001:db8::1\n' : `Sha256,Equals,${digest(i)}\n`
  })
  const bytes = encoder.encode(`Type,DetectionFunction,Value\n${rows.join('')}`)

  const found = readWith('on', bytes, 'allow')

  expect(found).toEqual(readWith('off', bytes, 'allow'))
  expect(found.counts).toEqual([30_000, 1])
})

test('a digest with a line feed before its closing quote is not a row because it begins like one', () => {
  const digest = '0'.repeat(64)
  const row = `"Sha256","${digest}"\n`
  const bytes = encoder.encode(`Type,Value\n${row}${row}"Sha256","${digest}\n"\n${row}`)

  const found = readWith('on', bytes, 'allow')

  expect(found).toEqual(readWith('off', bytes, 'allow'))
  expect(found.counts[0]).toBe(4)
})

test('rows that begin like the ones before them are judged by what stands behind that', () => {
  const kinds = [
    ['Sha256,Equals,', 64],
    ['Sha1,,', 40],
    ['"Md5",Equals,', 32],
    ['sha256,equals,', 64],
  ] as const
  for (const [head, digits] of kinds) {
    const digest = 'aB3'.repeat(22).slice(0, digits)
    const cut = Array.from({ length: digits }, (_, at) => `${digest.slice(0, at)}\n`)
    const odd = Array.from({ length: digits }, (_, at) =>
      ['g', '/', ':', '@', 'ä', '"', ',', '\r'].map(
        (c) => `${digest.slice(0, at)}${c}${digest.slice(at + 1)}\n`,
      ),
    )
    const behind = ['\r\n', '\r\r\n', '\r', ',\n', '"\n', ' \n', '0\n', '', '\n\n'].map((end) => digest + end)
    for (const end of [...cut, ...odd.flat(), ...behind]) {
      const rows = [digest, digest].map((text) => `${head}${text}\n`).join('')
      const bytes = encoder.encode(`Type,DetectionFunction,Value\n${rows}${head}${end}${head}${digest}\n`)

      const found = readWith('on', bytes, 'allow')

      expect(found, JSON.stringify(head + end)).toEqual(readWith('off', bytes, 'allow'))
      expect(found.rowCount).toBeGreaterThanOrEqual(2)
    }
  }
})

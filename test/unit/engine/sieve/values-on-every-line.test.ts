import { expect, test } from 'vitest'
import type { RowLayout } from '../../../../src/model/row-layout.ts'
import { PortableRowSieve } from '../../../../src/engine/sieve/portable-row-sieve.ts'
import { PortableSieve } from '../../../../src/engine/sieve/portable-sieve.ts'
import type { SieveTarget } from '../../../../src/engine/sieve/sieve-target.ts'
import { INDICATOR_TYPES } from '../../../../src/model/indicator.ts'
import { keyTable } from '../../../support/defender-key-table.ts'
import { KernelWithRules, type Sought } from '../../../support/kernel-with-rules.ts'

const LINES = 400
/** Every fiftieth line hits. */
const STEP = 50
const DIGEST = 'A94A8FE5CCB19BA61C4C0873D391E987982FBBD3'
const ADDRESS = '203.0.113.7'
const NAME = 'evil.example'
const SOUGHT: readonly Sought[] = [
  { type: 'Sha1', fn: 'Equals', value: DIGEST.toLowerCase() },
  { type: 'IpAddress', fn: 'Equals', value: ADDRESS },
  { type: 'DomainName', fn: 'EndWith', value: NAME },
]
const TABLE = keyTable(
  [
    ['SHA1', 'sha1'],
    ['Hashes', 'hash-list'],
    ['RemoteIP', 'ip'],
    ['RemoteUrl', 'url'],
    ['QueryResults', 'dns-results'],
    ['UrlChain', 'url', 'json'],
    ['AdditionalFields', 'json'],
  ],
  [
    ['query', 'domain'],
    ['host', 'url'],
    ['answers', 'dns-results', 'json'],
  ],
)

const target: SieveTarget = {
  hasMatch(typeIndex, bytes, start, end) {
    const text = Buffer.from(bytes.subarray(start, end)).toString('latin1')
    return SOUGHT.some(({ type, fn, value }) =>
      INDICATOR_TYPES[typeIndex] !== type ? false : fn === 'Equals' ? text === value : text.endsWith(value),
    )
  },
}

/** Values of line `i`: those of every fiftieth are sought. */
function valuesOf(i: number): { readonly digest: string; readonly ip: string; readonly name: string } {
  const isHit = i % STEP === 0
  return {
    digest: isHit ? DIGEST : `${i}`.padStart(4, '0') + DIGEST.slice(4),
    ip: isHit ? ADDRESS : `198.51.${i >> 8}.${i & 255}`,
    name: isHit ? NAME : `h${i}.good.example`,
  }
}

type Values = ReturnType<typeof valuesOf>
const IMPHASH = DIGEST.slice(0, 32)
const FORMS: readonly (readonly [what: string, fields: (values: Values) => object])[] = [
  [
    'lists of hashes as Sysmon writes them',
    ({ digest }) => ({
      Hashes: `SHA1=${digest},MD5=${IMPHASH},SHA256=${DIGEST}${DIGEST.slice(16)},IMPHASH=${IMPHASH}`,
    }),
  ],
  ['lists of one hash', ({ digest }) => ({ Hashes: `SHA1=${digest}` })],
  [
    'DNS answers of several records',
    ({ ip, name }) => ({ QueryResults: `type:  5 ${name};type:  5 c.cdn.example;::ffff:${ip};2001:db8::7;` }),
  ],
  ['DNS answers of one address', ({ ip }) => ({ QueryResults: `::ffff:${ip};` })],
  ['DNS answers that are empty', ({ name }) => ({ QueryResults: '-', RemoteUrl: name })],
  ['arrays of digests', ({ digest }) => ({ SHA1: [`${DIGEST.slice(1)}0`, digest] })],
  ['arrays of addresses', ({ ip }) => ({ RemoteIP: ['2001:DB8::1', ip, '[2001:db8::2]:443'] })],
  ['arrays of URLs', ({ name }) => ({ RemoteUrl: [`https://${name}/a?b=\\"c`, 'b.example'] })],
  ['arrays in arrays, and empty ones', ({ ip, name }) => ({ RemoteIP: [[], [[ip]]], RemoteUrl: [[name]] })],
  [
    'a chain of URLs as an array',
    ({ name }) => ({ UrlChain: ['https://a.example/x', `http://${name}:8080/`] }),
  ],
  [
    'a chain of URLs in a string',
    ({ name }) => ({ UrlChain: JSON.stringify(['https://a.example/x', `http://${name}/`]) }),
  ],
  [
    'documents in strings',
    ({ name }) => ({
      AdditionalFields: JSON.stringify({ direction: 'Out', query: name, n: 1, o: { p: null } }),
    }),
  ],
  [
    'arrays in documents in strings',
    ({ ip, name }) => ({
      AdditionalFields: JSON.stringify({ query: name, answers: [ip, '2001:db8::7', name] }),
    }),
  ],
  ['documents as objects', ({ name }) => ({ AdditionalFields: { host: `https://${name}/`, answers: [] } })],
]

const HITS = Array.from({ length: LINES / STEP }, (_, i) => i * STEP)

test.each(FORMS)('both sieves pass the hits and nothing else where every line has %s', (_, fields) => {
  const kernel = KernelWithRules.open()
  kernel.seek(...SOUGHT)
  const opened = PortableSieve.open(TABLE, target)
  if ('off' in opened) throw new Error(opened.off)
  const lines = Array.from({ length: LINES }, (_none, i) =>
    JSON.stringify({ time: i, p: fields(valuesOf(i)) }),
  )
  const text = Buffer.from(`${lines.join('\n')}\n`)
  const wasm = kernel.sieve(TABLE)
  wasm.block.set(text)

  const scan = wasm.scanLines(0, text.length, 1 << 20)
  const portable = lines.flatMap((line, i) =>
    opened.sieve.mayMatch(Buffer.from(line), 0, line.length) ? [i] : [],
  )

  expect([...scan.stops.subarray(0, scan.stopCount)]).toEqual(HITS)
  expect(portable).toEqual(HITS)
})

/** Outside of documents a cell holds one value. */
const CELL_FORMS = FORMS.filter(([what]) => !what.startsWith('arrays') || what.includes('documents'))

test.each(CELL_FORMS)(
  'both sieves of rows pass the hits and nothing else where every row has %s',
  (_, fields) => {
    const kernel = KernelWithRules.open()
    kernel.seek(...SOUGHT)
    const columns = ['time', ...Object.keys(fields(valuesOf(1))), 'other']
    const layout: RowLayout = { separator: 0x2c, columns }
    const opened = PortableRowSieve.open(TABLE, layout, target)
    if ('off' in opened) throw new Error(opened.off)
    const rows = Array.from({ length: LINES }, (_none, i) =>
      [`${i}`, ...cellsOf(fields(valuesOf(i))), ''].join(','),
    )
    const text = Buffer.from(`${rows.join('\n')}\n`)
    const wasm = kernel.rowSieve(TABLE, layout)
    wasm.block.set(text)

    const scan = wasm.scanLines(0, text.length, 1 << 20)
    const portable = rows.flatMap((row, i) =>
      opened.sieve.mayMatch(Buffer.from(row), 0, row.length) ? [i] : [],
    )

    expect([...scan.stops.subarray(0, scan.stopCount)]).toEqual(HITS)
    expect(portable).toEqual(HITS)
  },
)

/** Cells as an export writes them. */
function cellsOf(fields: object): readonly string[] {
  return Object.values(fields).map((value: unknown) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    return `"${text.replaceAll('"', '""')}"`
  })
}

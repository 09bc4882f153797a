import { describe, expect, test } from 'vitest'
import {
  IDNA_TEXT_LIMIT,
  asciiFormOfName,
  hasMixedScripts,
  unicodeFormOfName,
} from '../../../src/canonical/idna.ts'
import { decodePunycode } from '../../../src/canonical/punycode.ts'
import { canonicalIndicatorValue } from '../../../src/canonical/value.ts'
import { oracleText } from './oracle-data.ts'

describe('internationalised names', () => {
  test.for([
    ['bcher-kva', 'bücher'],
    ['pple-43d', 'аpple'],
    ['ls8h', '💩'],
    ['b1agh1afp', 'привет'],
    ['bcher-kvaa', 'büücher'],
    ['r8jz45g', '例え'],
    ['Bach-', 'Bach'],
    ['', ''],
    ['z', null],
    ['99999999', null],
    ['!!', null],
    ['ü-kva', null],
    ['\u0080-kva', null],
    ['-kva', null],
    ['!a', null],
    ['{a', null],
    ['99999a', null],
    ['dn32g', '\u{10ffff}'],
    ['9j4kca', '\u{26ff0}\u{26ff1}'],
    ['aaa-d91st17e', 'aaa\u{f954}\u{10cdc}'],
    ['Proprostnemluvesky-uyb24dma41a', 'Pročprostěnemluvíčesky'],
    ['3B-ww4c5e180e575a65lsy2b', '3年B組金八先生'],
    ['ihqwcrb4cv8a8dqg056pqjye', '他们为什么不说中文'],
    ['b1abfaaepdrnnbgefbadotcwatmq2g4l', 'почемужеонинеговорятпорусски'],
  ] as const)('the punycode %j decodes to %j when read', ([encoded, expected]) => {
    expect(decodePunycode(encoded)).toBe(expected)
  })

  test('a name is decoded label by label when some labels are no punycode', () => {
    expect(unicodeFormOfName('xn--bcher-kva.xn--99999999.com')).toBe('bücher.xn--99999999.com')
  })

  test('digits without end are refused before their value leaves the numbers', () => {
    expect(decodePunycode(`${'9'.repeat(400)}a`)).toBeNull()
  })

  test('a label is decoded up to the longest of DNS', () => {
    const label = (length: number): string => `xn--${'b'.repeat(length - 8)}-kva`

    expect(unicodeFormOfName(label(63))).not.toBe(label(63))
    expect(unicodeFormOfName(label(64))).toBe(label(64))
  })

  test('a name is not converted when it is longer than IDNA is given', () => {
    const name = `${'ü'.repeat(31)}.`.repeat(IDNA_TEXT_LIMIT / 32)

    expect(asciiFormOfName(name)).toMatch(/^xn--/)
    expect(asciiFormOfName(`ü${name}`)).toBeNull()
  })

  test('mixed scripts are seen when one label holds look-alike alphabets', () => {
    expect(['аpple.com', 'αpple.com', 'привет.com', 'bücher.de', '日本a.jp'].map(hasMixedScripts)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
  })

  test('punycode agrees with an independent table when it is here', (context) => {
    const rows: readonly { readonly decoded: string; readonly encoded: string }[] = JSON.parse(
      oracleText(context, 'idna/punycode_tests.json'),
    )

    const found = rows.map((row) => decodePunycode(row.encoded))

    expect(found).toEqual(rows.map((row) => row.decoded))
    expect(rows.length).toBeGreaterThan(15)
  })

  test('accepted names have the ASCII form of the Unicode test file when it is here', (context) => {
    const rows = oracleText(context, 'idna/IdnaTestV2_half.txt')
      .split('\n')
      .map((line) => line.replace(/#.*$/, ''))
      .filter((line) => line.includes(';'))
      .map(idnaRow)
      .filter((row) => /[^\0-\x7f]/.test(row.source))

    const accepted = rows.flatMap((row) => {
      const result = canonicalIndicatorValue('DomainName', 'Equals', row.source)
      return result.ok ? [{ found: result.value, expected: row.ascii.replace(/\.$/, '') }] : []
    })

    expect(accepted.map((row) => row.found)).toEqual(accepted.map((row) => row.expected))
    expect(accepted.length).toBeGreaterThan(50)
  })
})

/** Columns source; toUnicode; its status; toAsciiN, an empty one repeating what stands before it. */
function idnaRow(line: string): { readonly source: string; readonly ascii: string } {
  const [source = '', unicode = '', , ascii = ''] = line.split(';').map((cell) => unescaped(cell.trim()))
  return { source, ascii: ascii || unicode || source }
}

function unescaped(cell: string): string {
  if (cell === '""') return ''
  return cell.replace(/\\u([0-9A-F]{4})|\\x\{([0-9A-F]+)\}/g, (_, unit?: string, point?: string) =>
    String.fromCodePoint(Number.parseInt(unit ?? point ?? '', 16)),
  )
}

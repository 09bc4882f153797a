import * as fc from 'fast-check'
import { SeededRandom } from '../../src/harness/generate/seeded-random.ts'
import type { RowLayout } from '../../src/model/row-layout.ts'
import { TEXTS, plainRow, row } from './row-soup.ts'

/** Columns of the rows: every kind, one twice, one without a name. */
const COLUMNS = [
  'time',
  'SHA1',
  'Hashes',
  'Src/IP',
  'RemoteUrl',
  'Name',
  'QueryResults',
  'UrlChain',
  'RemoteUrl',
  '',
]
const LISTS = ['Src/IP', 'Name']

/** Of CSV, with this header in the first row of every block. */
export const CSV_LAYOUT: RowLayout = { separator: 0x2c, columns: COLUMNS }

/**
 * Rows of logs by the million, as `OddLines` makes lines: rows that were written once are spliced and broken. Every block is a
 * log of its own, with a header first. Bytes are Latin-1 characters here.
 */
export class OddRows {
  readonly #bases: readonly string[]
  readonly #random: SeededRandom
  /** What a block begins with, and what may stand between two rows. */
  readonly #headers: readonly string[]
  readonly #signs: readonly string[]

  private constructor(
    bases: readonly string[],
    headers: readonly string[],
    signs: readonly string[],
    seed: number,
  ) {
    this.#bases = bases
    this.#headers = headers
    this.#signs = signs
    this.#random = SeededRandom.open(seed)
  }

  /** Rows of CSV with quotes wherever they may stand, and where they may not. */
  static ofCsv(seed: number): OddRows {
    const rows = [
      ...fc.sample(row(CSV_LAYOUT), { numRuns: 500, seed }),
      ...fc.sample(plainRow(CSV_LAYOUT), { numRuns: 1500, seed }),
    ]
    const header = `${COLUMNS.join(',')}\n`
    return new OddRows(rows.map(toLatin1), [header], ['"', '""', ',', '\n', '"\n', '\r', '\\'], seed)
  }

  /** Rows of Zeek logs below headers of several dialects. */
  static ofZeek(seed: number): OddRows {
    const random = SeededRandom.open(seed)
    const cell = (column: string): string => {
      const count = LISTS.includes(column) ? 1 + random.below(3) : 1
      const texts = Array.from({ length: count }, () => zeekText(random))
      return random.chance(0.15) ? random.pick(['-', '(empty)', '']) : texts.join(',')
    }
    const bases = Array.from({ length: 2000 }, () => COLUMNS.map(cell).join('\t'))
    const headers = [
      zeekHeader('\t', ','),
      zeekHeader('\t', ';'),
      zeekHeader('\t', ',').replace('#unset_field\t-', '#unset_field\t10.1.2.3'),
    ]
    return new OddRows(bases, headers, ['"', '\t', '-', '\\x2e', '\\', '#', ',', '(empty)', '\n', '\r'], seed)
  }

  /** The next block of a log, with this many rows or a few more or less; its end may be cut off. */
  block(rowCount: number): Uint8Array {
    const random = this.#random
    const parts = [this.#headers[0] ?? '']
    for (let i = 0; i < rowCount; i += 1) {
      if (this.#headers.length > 1 && random.chance(0.01)) parts.push(random.pick(this.#headers))
      if (random.chance(0.01)) parts.push(random.pick(['\n', ' \n', '# x\n', '#fields\tx\n']))
      parts.push(this.#row(), random.pick(['\n', '\n', '\n', '\r\n']))
    }
    return Buffer.from(
      parts.join('').slice(0, random.chance(0.3) ? -1 - random.below(30) : undefined),
      'latin1',
    )
  }

  #row(): string {
    const random = this.#random
    let text = random.pick(this.#bases)
    if (random.chance(0.1)) text = `${'p'.repeat(random.below(70))}${text}`
    while (random.chance(0.2)) {
      const at = random.below(text.length + 1)
      const inserted = random.chance(0.8) ? random.pick(this.#signs) : String.fromCharCode(random.below(256))
      text = `${text.slice(0, at)}${inserted}${text.slice(at + random.below(2))}`
    }
    return text
  }
}

/** A value as Zeek writes it, and now and then one as it would not. */
function zeekText(random: SeededRandom): string {
  const text = toLatin1(random.pick(TEXTS))
  const isTidy = random.chance(0.9)
  return text.replaceAll(/[^\x20-\x7e]|[\\,]/g, (sign) =>
    isTidy || sign === '\n' ? `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}` : sign,
  )
}

function zeekHeader(separator: string, setSeparator: string): string {
  const types = COLUMNS.map((name) => (LISTS.includes(name) ? 'set[string]' : 'string'))
  return [
    `#separator \\x${separator.charCodeAt(0).toString(16).padStart(2, '0')}`,
    `#set_separator${separator}${setSeparator}`,
    `#empty_field${separator}(empty)`,
    `#unset_field${separator}-`,
    ['#fields', ...COLUMNS].join(separator),
    ['#types', ...types].join(separator),
    '',
  ].join('\n')
}

function toLatin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

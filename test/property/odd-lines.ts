import * as fc from 'fast-check'
import { EVENT_KINDS, draftEvent } from '../../src/harness/generate/defender-event.ts'
import { fillPools } from '../../src/harness/generate/event-pools.ts'
import { SeededRandom } from '../../src/harness/generate/seeded-random.ts'
import { plainRecord, scraps, soup, tidyRecord } from './sieve-soup.ts'

/**
 * Lines of logs by the million: records that were written once by the slow generators are spliced, spelled otherwise, padded
 * and broken, which costs microseconds. All of it follows from the seed. Bytes are Latin-1 characters here.
 */
export class OddLines {
  readonly #bases: readonly string[]
  readonly #random: SeededRandom

  private constructor(bases: readonly string[], random: SeededRandom) {
    this.#bases = bases
    this.#random = random
  }

  /** Lines made of pieces of records under the keys of `SOUP_TABLE`. */
  static ofSoup(seed: number): OddLines {
    const records = [
      ...fc.sample(tidyRecord, { numRuns: 1000, seed }),
      ...fc.sample(plainRecord, { numRuns: 1000, seed }),
    ]
    const others = fc.sample(plainRecord, { numRuns: 1500, seed: seed + 1 }).map(harmless)
    const bases = [
      ...records,
      ...records.map(harmless),
      ...others,
      ...others,
      ...fc.sample(soup, { numRuns: 400, seed }),
      ...fc.sample(scraps, { numRuns: 100, seed }),
    ]
    // Long ones take most of the time and show nothing that short ones do not.
    const short = bases.filter((base) => base.length < LONGEST_BASE)
    return new OddLines(
      short.map((base) => closed(toLatin1(base).replaceAll('\n', ' '))),
      SeededRandom.open(seed),
    )
  }

  /** Lines made of streamed Defender events, a tenth of which hold one of the values. */
  static ofDefender(seed: number, values: Readonly<Record<string, readonly string[]>>): OddLines {
    const random = SeededRandom.open(seed)
    const pools = fillPools(random, { files: 50, addresses: 50, hosts: 50, devices: 5, users: 5 })
    const bases = Array.from({ length: 400 }, (_, i) => {
      const { table, time, columns, additional } = draftEvent(random.pick(EVENT_KINDS), pools, random)
      const column = random.pick(Object.keys(values))
      if (i % 10 === 0) columns[column] = random.pick(values[column] ?? [''])
      const properties = { ...columns, AdditionalFields: JSON.stringify(additional) }
      return JSON.stringify({ time, category: `AdvancedHunting-${table}`, properties })
    })
    return new OddLines(bases.map(toLatin1), random)
  }

  /** The next block of a log, with this many lines or a few more; its end may be cut off. */
  block(lineCount: number): Uint8Array {
    const random = this.#random
    const parts: string[] = []
    for (let i = 0; i < lineCount; i += 1) parts.push(this.#line(), random.pick(ENDINGS))
    if (random.chance(0.3)) parts.push(cut(this.#line(), random))
    return Buffer.from(parts.join(''), 'latin1')
  }

  #line(): string {
    const random = this.#random
    let line = random.pick(this.#bases)
    if (random.chance(0.3)) line = aligned(line, random)
    while (random.chance(0.4)) line = random.pick(CHANGES)(line, random, this.#bases)
    return random.chance(0.9) ? closed(line) : line
  }
}

const LONGEST_BASE = 300
const ENDINGS = ['\n', '\n', '\n', '\n', '\n', '\n', '\r\n', ' \n', '\n\n', '\n\r\n', '\r', ''].flatMap(
  (ending) => (ending === '' || ending === '\r' ? [ending] : [ending, ending, ending]),
)
const SIGNS = [
  '"',
  '\\',
  '\\"',
  '\\\\',
  ':',
  ',',
  '{',
  '}',
  '[',
  ']',
  '\\u',
  '\\u0022',
  '\\u005c',
  '\\n',
  '\t',
  '\r',
  '\n',
]
const ODD_BYTES = [
  '\0',
  '\0\0\0\0',
  '\xff',
  '\xc3',
  '\xc0\xaf',
  '\xed\xa0\x80',
  '\xef\xbb\xbf',
  '\xf0\x9f',
  '\xc2\xad',
]

type Change = (line: string, random: SeededRandom, bases: readonly string[]) => string

const CHANGES: readonly Change[] = [
  (line, random) => splice(line, random, 1, escapedAt),
  (line, random) => splice(line, random, 1, escapedAt),
  (line, random) => splice(line, random, 0, () => random.pick(SIGNS)),
  (line, random) => splice(line, random, random.below(2), () => random.pick(ODD_BYTES)),
  (line, random) => splice(line, random, 1, () => String.fromCharCode(random.below(256))),
  (line, random) => splice(line, random, random.pick([1, 1, 2, 7, 40]), () => ''),
  (line, random, bases) => `${line.slice(0, -1)},${random.pick(bases).slice(1)}`,
  (line, random, bases) => splice(line, random, 0, () => random.pick(bases)),
  (line) => `{"x":${line}}`,
  (line, random) =>
    `{"${random.pick(['AdditionalFields', 'UrlChain', 'answers', 'other'])}":${JSON.stringify(line)}}`,
  (line) => `{"ip":[${line},"10.1.2.3"],"h":[[${line}]]}`,
  cut,
  padded,
]

/** What begins and ends as a record does is read, however broken it is inside. */
function closed(line: string): string {
  return `${line.startsWith('{') ? '' : '{'}${line}${line.endsWith('}') ? '' : '}'}`
}

function splice(
  line: string,
  random: SeededRandom,
  length: number,
  insert: (removed: string) => string,
): string {
  const at = random.below(line.length + 1)
  return line.slice(0, at) + insert(line.slice(at, at + length)) + line.slice(at + length)
}

/** One character, spelled as an escape. */
function escapedAt(character: string): string {
  const code = character.charCodeAt(0)
  return Number.isNaN(code) ? '' : `\\u${code.toString(16).padStart(4, '0')}`
}

function cut(line: string, random: SeededRandom): string {
  const at = random.below(line.length + 1)
  return random.chance(0.5) ? line.slice(0, at) : line.slice(at)
}

/** Every quote moves to another place in a vector: members of 0 to 63 bytes more in front, or blanks. */
function aligned(line: string, random: SeededRandom): string {
  const length = random.below(64)
  return random.chance(0.5) ? ' '.repeat(length) + line : `{"o":"${'x'.repeat(length)}",${line.slice(1)}`
}

/** Seldom longer than a piece of the kernel, and very seldom longer than its block. */
function padded(line: string, random: SeededRandom): string {
  const length = random.chance(0.0005)
    ? 1_200_000
    : random.chance(0.01)
      ? random.below(40_000)
      : random.below(300)
  return `{"o":"${'x'.repeat(length)}",${line.slice(1)}`
}

/** The same record with other values, which nobody seeks. */
function harmless(record: string): string {
  return record
    .replaceAll(/aB3|ab3/g, 'cD4')
    .replaceAll(/([eE][vV])[iI]l/g, '$1en')
    .replaceAll(/\b[ab]\.example/g, 'd.example')
    .replaceAll('10.1.2.3', '10.9.8.3')
    .replaceAll('FE80:', 'FE81:')
}

function toLatin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

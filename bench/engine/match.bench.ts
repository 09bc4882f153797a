// Question: what does one question to the matcher cost, by function and type, when nearly nothing matches?
// We would change a structure that is slower than a Set of strings where a Set can answer at all.
import { Bench } from 'tinybench'
import { compileRules } from '../../src/engine/compile-rules.ts'
import { IdList } from '../../src/engine/id-list.ts'
import { IndexImage } from '../../src/engine/image-reader.ts'
import { Matcher, typeIndexOf } from '../../src/engine/matcher.ts'
import { expectCount, printHeader, printTasks } from '../support/report.ts'
import { randomHost, randomNumbers, randomRules, valueOf } from './random-rules.ts'
import type { Share } from './random-rules.ts'

/** Texts per run, one in a hundred of which matches. */
const TEXTS = 20_000
const NAIVE_TEXTS = 20

const SHAPES: readonly (readonly [count: number, share: Share])[] = [
  [1_000_000, { Type: 'Sha256', DetectionFunction: 'Equals', share: 1 }],
  [1_000_000, { Type: 'Md5', DetectionFunction: 'Equals', share: 1 }],
  [100_000, { Type: 'IpAddress', DetectionFunction: 'Equals', share: 1 }],
  [100_000, { Type: 'DomainName', DetectionFunction: 'Equals', share: 1 }],
  [50_000, { Type: 'DomainName', DetectionFunction: 'StartWith', share: 1 }],
  [50_000, { Type: 'DomainName', DetectionFunction: 'EndWith', share: 1 }],
  [10_000, { Type: 'DomainName', DetectionFunction: 'Contains', share: 1 }],
]

printHeader('What does one question to the matcher cost?')
for (const [count, share] of SHAPES) {
  const rules = randomRules(count, [share])
  const values = Array.from({ length: count }, (_, row) => valueOf(rules, row))
  const random = randomNumbers(77)
  const texts = Array.from({ length: TEXTS }, (_, i) =>
    i % 100 === 0 ? (values[random() % count] ?? '') : missing(share, random),
  )
  const encoded = texts.map((text) => new TextEncoder().encode(text))
  const bytes = encoded.reduce((sum, text) => sum + text.length, 0)
  const matcher = Matcher.open(IndexImage.open(compileRules(rules).image))
  const type = typeIndexOf(share.Type)
  const out = new IdList()
  const set = new Set(values)
  const name = `${share.Type} ${share.DetectionFunction} ${count}`

  const askMatcher = (): number => {
    let hits = 0
    for (const text of encoded) if (matcher.hasMatch(type, text, 0, text.length)) hits += 1
    return hits
  }
  const listMatches = (): number => {
    let hits = 0
    for (const text of encoded) {
      out.clear()
      matcher.match(type, text, 0, text.length, out)
      if (out.length > 0) hits += 1
    }
    return hits
  }
  const askSet = (): number => {
    let hits = 0
    for (const text of texts) if (isInSet(share, set, text)) hits += 1
    return hits
  }
  const askNaive = (): number => {
    let hits = 0
    for (const text of texts.slice(0, NAIVE_TEXTS)) if (isInList(share, values, text)) hits += 1
    return hits
  }

  expectCount('list', listMatches(), askMatcher())
  if (share.DetectionFunction !== 'Contains') expectCount('set', askSet(), askMatcher())
  const bench = new Bench({ time: 400, warmupTime: 100, iterations: 10 })
  bench.add(`${name}: hasMatch`, () => {
    askMatcher()
  })
  bench.add(`${name}: match`, () => {
    listMatches()
  })
  if (share.DetectionFunction !== 'Contains') {
    bench.add(`${name}: Set of strings`, () => {
      askSet()
    })
  }
  await bench.run()
  printTasks(bench, { operations: TEXTS, bytes })
  const naive = new Bench({ time: 100, warmupTime: 10, iterations: 5 })
  naive.add(`${name}: naive loop`, () => {
    askNaive()
  })
  await naive.run()
  printTasks(naive, { operations: NAIVE_TEXTS })
}

/** A text of the type that is in no rule set, nearly always. */
function missing({ Type, DetectionFunction }: Share, random: () => number): string {
  if (Type === 'IpAddress') return Array.from({ length: 4 }, () => random() % 256).join('.')
  if (Type === 'DomainName') {
    return DetectionFunction === 'Equals' ? randomHost(random) : `www.${randomHost(random)}`
  }
  const digits = Type === 'Md5' ? 4 : 8
  return Array.from({ length: digits }, () => random().toString(16).padStart(8, '0')).join('')
}

/** What a program with Sets does: one lookup, or one for every prefix or suffix. */
function isInSet({ DetectionFunction }: Share, set: ReadonlySet<string>, text: string): boolean {
  if (DetectionFunction === 'Equals') return set.has(text)
  for (let length = 1; length <= text.length; length += 1) {
    const part = DetectionFunction === 'StartWith' ? text.slice(0, length) : text.slice(-length)
    if (set.has(part)) return true
  }
  return false
}

function isInList({ DetectionFunction }: Share, values: readonly string[], text: string): boolean {
  switch (DetectionFunction) {
    case 'Equals':
      return values.some((value) => text === value)
    case 'StartWith':
      return values.some((value) => text.startsWith(value))
    case 'EndWith':
      return values.some((value) => text.endsWith(value))
    case 'Contains':
      return values.some((value) => text.includes(value))
    default:
      throw new Error('unreachable')
  }
}

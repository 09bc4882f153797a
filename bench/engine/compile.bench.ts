// Question: what does it cost to turn a rule set into an image, against the Map that a program would build instead?
// We would change the design if compiling a million indicators took longer than reading them (about a second).
import { Bench } from 'tinybench'
import { compileRules } from '../../src/engine/compile-rules.ts'
import type { RuleSet } from '../../src/model/rule-set.ts'
import { expectCount, printHeader, printTasks } from '../support/report.ts'
import { MIXED, randomRules, valueOf } from './random-rules.ts'

printHeader('What does compiling rules cost?')
for (const count of [1000, 100_000, 1_000_000]) {
  const rules = randomRules(count, MIXED)
  expectCount('compiled', compileRules(rules).accounting.compiled, rules.indicators.count)
  expectCount('map', buildMap(rules).size, rules.indicators.count)
  const bench = new Bench({ time: 1000, iterations: 5, warmupTime: 100, warmupIterations: 1 })
  bench.add(`image, ${count} mixed indicators`, () => {
    compileRules(rules)
  })
  bench.add(`Map of strings, ${count} mixed indicators`, () => {
    buildMap(rules)
  })
  bench.add(`naive: array of objects, ${count} indicators`, () => {
    buildObjects(rules)
  })
  await bench.run()
  printTasks(bench, { operations: rules.indicators.count })
}

function buildMap(rules: RuleSet): Map<string, number> {
  const map = new Map<string, number>()
  const { type, detectionFunction } = rules.indicators
  for (let row = 0; row < rules.indicators.count; row += 1) {
    map.set(`${type[row]}${detectionFunction[row]}${valueOf(rules, row)}`, row)
  }
  return map
}

function buildObjects(rules: RuleSet): readonly { readonly type: number; readonly value: string }[] {
  return Array.from({ length: rules.indicators.count }, (_, row) => ({
    type: rules.indicators.type[row] ?? 0,
    value: valueOf(rules, row),
  }))
}

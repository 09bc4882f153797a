// Question: how long do 10,000 mutants of 1,000 IOCs take against 200 tests, when only what a mutant changes is counted anew?
// We would compile every mutant instead if that took less than a hundred times as long: it is simpler.
import { evaluateTest } from '../../src/harness/evaluate-test.ts'
import { nearMissTests } from '../../src/harness/generate/near-miss-file.ts'
import { SeededRandom } from '../../src/harness/generate/seeded-random.ts'
import { isHolding } from '../../src/harness/find-breaches.ts'
import { listMutants } from '../../src/harness/mutate/list-mutants.ts'
import type { Mutant } from '../../src/harness/mutate/list-mutants.ts'
import { mutate } from '../../src/harness/mutate/mutate.ts'
import { MutantJudge } from '../../src/harness/mutate/mutant-judge.ts'
import { observeTest } from '../../src/harness/mutate/observed-test.ts'
import { parseTestFile } from '../../src/harness/parse-test-file.ts'
import { runTest } from '../../src/harness/run-tests.ts'
import type { TestRun } from '../../src/harness/run-tests.ts'
import { TestRules } from '../../src/harness/test-rules.ts'
import { defenderRows } from '../../src/logs/formats/defender-rows.ts'
import { DEFAULT_SEMANTICS } from '../../src/model/semantics.ts'
import { parseRules } from '../../src/rules/parse-rules.ts'
import { applyMutant, naiveRulesOf } from '../../test/support/apply-mutant.ts'
import { naiveRuleSet } from '../../test/support/naive-rule-set.ts'
import { expectCount, printFigure, printHeader } from '../support/report.ts'

const IOCS = 1_000
const DEFINITIONS = 20
const TESTS = 200
const MUTANTS = 10_000
const COMPILED_MUTANTS = 40
const LIMIT_MS = 60_000

printHeader('How long do 10,000 mutants of 1,000 IOCs take against 200 tests?')
const semantics = DEFAULT_SEMANTICS
const fieldMap = defenderRows.fieldMap ?? fail('rows have a field map')
const rules = TestRules.compile(randomRuleSet())
const runs = testRuns(rules)
expectCount('IOCs', rules.image.indicatorCount, IOCS)
expectCount('tests that pass', runs.filter(({ failures }) => failures.length === 0).length, TESTS)

const listed = [...listMutants(rules.image)]
const mutants = Array.from({ length: MUTANTS }, (_, i) => listed[i % listed.length] ?? fail('no mutant'))
const judge = new MutantJudge(
  rules,
  runs.map(({ prepared, outcome }) => observeTest(prepared, outcome, rules)),
)

const naive = naiveRulesOf(rules.rules)
const some = Array.from({ length: COMPILED_MUTANTS }, (_, i) => mutants[i * 211] ?? fail('no mutant'))
const compiledFrom = performance.now()
const killedByCompiling = some.filter(isKilledByCompiling).length
const compiledMs = (performance.now() - compiledFrom) / COMPILED_MUTANTS
expectCount('killed', some.filter((mutant) => judge.killerOf(mutant) !== null).length, killedByCompiling)

const times = Array.from({ length: 5 }, () => {
  const from = performance.now()
  const killed = mutants.filter((mutant) => judge.killerOf(mutant) !== null).length
  return { ms: performance.now() - from, killed }
})
for (const { killed } of times) expectCount('killed in every round', killed, times[0]?.killed ?? 0)
const median = times.map(({ ms }) => ms).toSorted((a, b) => a - b)[2] ?? 0
printFigure('mutants that exist', `${listed.length}`)
printFigure(
  `${MUTANTS} mutants judged by what they change`,
  `median ${median.toFixed(0)} ms, ${times[0]?.killed} killed`,
)
printFigure(
  `${MUTANTS} mutants compiled one by one`,
  `${((compiledMs * MUTANTS) / 1000).toFixed(0)} s (from ${COMPILED_MUTANTS})`,
)
if (median > LIMIT_MS) fail(`10,000 mutants take ${median} ms, more than ${LIMIT_MS}`)

const wholeFrom = performance.now()
const input = {
  ruleSets: [rules],
  runs,
  skipped: 0,
  seed: 1,
  sample: MUTANTS,
  isWanted: null,
  semantics,
  fieldMap,
  signal: null,
}
const report = await mutate(input)
printFigure(
  'the whole command, proposed tests included',
  `${(performance.now() - wholeFrom).toFixed(0)} ms for ${report.mutants.evaluated} mutants, ${report.survivorCount} survivors`,
)

function isKilledByCompiling(mutant: Mutant): boolean {
  const mutated = TestRules.compile(naiveRuleSet(applyMutant(naive, rules.image, mutant)))
  const evaluator = { image: mutated.image, matcher: mutated.matcherFor(semantics) }
  return runs.some(({ prepared }) => !isHolding(prepared, evaluateTest(prepared, evaluator)))
}

/** Names and addresses in every operator, and some fragments of hashes; a fifth of them expires. */
function randomRuleSet(): TestRules['rules'] {
  const random = SeededRandom.open(20_261_123)
  const definitions = Array.from({ length: DEFINITIONS }, (_, i) => ({
    Name: `bench-${String(i).padStart(2, '0')}`,
    Title: 'Bench',
    Severity: 'High',
    Category: 'Malware',
    UxDescription: 'Measured.',
    iocs: Array.from({ length: IOCS / DEFINITIONS }, (_, k) => ({
      ...randomIoc(k, random),
      ...(k % 5 === 0 ? { ExpiresAt: '2027-01-01T00:00:00Z' } : {}),
    })),
  }))
  const bytes = Buffer.from(JSON.stringify({ alertDefinitions: definitions }))
  const parsed = parseRules([{ name: 'bench.rules.json', bytes }], { readSibling: () => null })
  return parsed.ok ? parsed.rules : fail(parsed.diagnostics[0]?.message ?? 'the rules have a mistake')
}

function randomIoc(kind: number, random: SeededRandom): object {
  const label = `q${random.hex(9)}`
  const address = `198.${random.below(256)}.${random.below(256)}.${random.below(100)}`
  switch (kind % 8) {
    case 0:
      return { Type: 'DomainName', DetectionFunction: 'EndWith', Value: `.${label}.example` }
    case 1:
      return { Type: 'DomainName', DetectionFunction: 'StartWith', Value: `${label}.` }
    case 2:
      return { Type: 'DomainName', DetectionFunction: 'Contains', Value: label }
    case 3:
      return { Type: 'IpAddress', Value: address }
    case 4:
      return {
        Type: 'IpAddress',
        DetectionFunction: 'StartWith',
        Value: `${address.slice(0, 10)}.`.replace('..', '.'),
      }
    case 5:
      return { Type: 'Sha256', DetectionFunction: 'EndWith', Value: random.hex(16) }
    default:
      return { Type: 'DomainName', Value: `${label}.sought.example` }
  }
}

/** Generated tests, taken for written ones, of IOCs all over the rules. */
function testRuns(compiled: TestRules): readonly TestRun[] {
  const [file] = nearMissTests(compiled, { semantics, fieldMap, isPerDefinition: false }).files
  const text = file?.text.replace('generated: true\n', '') ?? fail('no test')
  const parsed = parseTestFile({ name: 'bench.test.yaml', bytes: Buffer.from(text) })
  if (!parsed.ok) fail(parsed.diagnostics[0]?.message ?? 'the tests have a mistake')
  const step = Math.floor(parsed.tests.length / TESTS)
  const chosen = parsed.tests.filter((_, i) => i % step === 0).slice(0, TESTS)
  const base = { semantics, logFormat: null, table: null, fieldMap: null }
  return chosen.map((test) => {
    const attempt = runTest({ test, rules: compiled, logs: [], fieldMap: null }, base)
    return attempt.ok ? attempt.run : fail(attempt.diagnostics[0]?.message ?? 'a test cannot run')
  })
}

function fail(message: string): never {
  throw new Error(message)
}

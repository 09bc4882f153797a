// The long comparison of engine and oracle: `npm run fuzz -- [--cases N] [--seconds N] [--seed N]`.
import { parseArgs } from 'node:util'
import { minimise } from './minimise.ts'
import { differs, runFuzz } from './run-fuzz.ts'
import { showDifference } from './show-difference.ts'

/** What a run does that is told nothing. */
const ORDINARY_CASES = 1_000_000

const USAGE = 'npm run fuzz -- [--cases N] [--seconds N] [--seed N]'

interface FuzzFlags {
  readonly cases: number
  readonly seconds: number | null
  readonly seed: number
}

const flags = readFlags(process.argv.slice(2))
if (flags === null) {
  process.stderr.write(`each option takes a whole number\n  ${USAGE}\n`)
  process.exitCode = 2
} else process.exitCode = fuzz(flags)

function fuzz({ cases, seconds, seed }: FuzzFlags): number {
  const startedAt = performance.now()
  const passed = (): number => (performance.now() - startedAt) / 1000
  const isOver = (): boolean => seconds !== null && passed() >= seconds
  const result = runFuzz({ seed, cases, isOver, wrap: null })
  const took = passed()
  // A busy machine gives a process a part of a core: the time on the processor is what the loop itself takes.
  const { user, system } = process.cpuUsage()
  process.stdout.write(
    `${result.cases} cases, seed ${seed} to ${seed + Math.max(0, result.rounds - 1)}: ${result.hits} with matches, ` +
      `${result.pairs} matches; ${took.toFixed(1)} s (${((user + system) / 1e6).toFixed(1)} s of processor time), ` +
      `${Math.round(result.cases / took)} cases/s\n`,
  )
  if (result.difference === null) return 0
  const smallest = minimise(result.difference.found, (candidate) => differs(candidate, null))
  process.stdout.write(showDifference(result.difference, smallest))
  return 1
}

/** Null where a word is no option or a value is no whole number. A run of some time has no end in cases. */
function readFlags(words: readonly string[]): FuzzFlags | null {
  const values = wordsOf(words)
  const cases = wholeNumber(values?.cases)
  const seconds = wholeNumber(values?.seconds)
  const seed = wholeNumber(values?.seed)
  if (values === null || [cases, seconds, seed].some(Number.isNaN)) return null
  return {
    cases: cases ?? (seconds === null ? ORDINARY_CASES : Number.POSITIVE_INFINITY),
    seconds,
    seed: seed ?? 1,
  }
}

function wordsOf(
  words: readonly string[],
): Readonly<Partial<Record<'cases' | 'seconds' | 'seed', string>>> | null {
  const text = { type: 'string' } as const
  try {
    return parseArgs({ args: [...words], options: { cases: text, seconds: text, seed: text } }).values
  } catch {
    return null
  }
}

/** Null where nothing is given, NaN for what is no whole number. */
function wholeNumber(text: string | undefined): number | null {
  if (text === undefined) return null
  return /^[0-9]{1,12}$/.test(text) ? Number(text) : Number.NaN
}

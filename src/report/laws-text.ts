import type { FoundCounterexample, LawReport, LawResult } from '../model/law-report.ts'
import { escapeTerminal } from './escape.ts'
import { painterFor } from './paint.ts'
import { formatCount, formatCountOf } from '../model/count-text.ts'

/** A byte order mark is no part of what a person reads. */
const MARK = '\ufeff'

/** What became of each law, with the counterexamples in full, as plain lines. */
export function lawsText(report: LawReport, options: { readonly color: boolean }): string {
  const paint = painterFor(options)
  const { laws, iocs, runs, seed } = report
  const lines = laws.flatMap((law) =>
    law.counterexample === null
      ? [`${paint('good', 'ok')}    ${law.says}: ${casesInWords(law)}`]
      : [
          `${paint('error', 'FAIL')}  ${law.says}: case ${formatCount(law.runs)}, seed ${law.counterexample.seed}`,
          ...counterexampleLines(law.counterexample),
        ],
  )
  const broken = laws.filter(({ counterexample }) => counterexample !== null).length
  const verdict = broken === 0 ? 'all hold' : `${broken} broken`
  const turns =
    iocs <= runs
      ? ''
      : `; ${formatCount(runs)} of them had their turn, and --runs ${iocs} gives it to every one`
  const sum = `${formatCountOf(laws.length, 'law')} on ${formatCountOf(iocs, 'IOC')}, seed ${seed}: ${verdict}`
  return `${[...lines, sum + turns].join('\n')}\n`
}

function casesInWords({ runs, vacuous }: LawResult): string {
  const cases = formatCountOf(runs, 'case')
  return vacuous === 0 ? cases : `${cases}, of which ${formatCount(vacuous)} proved nothing`
}

/** A counterexample line by line, escaped: what it is about, what was expected, what happened, and the log. */
function counterexampleLines(found: FoundCounterexample): readonly string[] {
  const { definition, ioc, log, expected, actual, seed } = found
  const about = ioc === null ? [] : [`${definition ?? ''}: ${ioc.Type} ${ioc.DetectionFunction} ${ioc.Value}`]
  return [
    ...about.map((text) => `  IOC       ${escapeTerminal(text)}`),
    `  expected  ${escapeTerminal(expected)}`,
    `  actual    ${escapeTerminal(actual)}`,
    ...(log === null
      ? []
      : [
          `  log       ${log.format}`,
          ...log.text
            .replace(MARK, '')
            .trimEnd()
            .split(/\r?\n/)
            .map((line) => `    ${escapeTerminal(line)}`),
        ]),
    `  again     dryfire check-laws RULES --seed ${seed} --runs 1`,
  ]
}

import { writeAtomic } from '../files/write-atomic.ts'
import { assertNever } from '../model/assert-never.ts'
import type { HarnessReport } from '../model/test-report.ts'
import { jsonText } from '../report/escape.ts'
import { githubAnnotations } from '../report/github-annotations.ts'
import { harnessMarkdown } from '../report/harness-markdown.ts'
import { harnessText } from '../report/harness-text.ts'
import { junitXml } from '../report/junit.ts'
import { sarifJson } from '../report/sarif.ts'
import { tapText } from '../report/tap.ts'
import type { ConsoleOutput } from './console-output.ts'
import { refuseCollidingOutputs } from './output-names.ts'
import { UsageError } from './usage-error.ts'

/** Names for `--reporter`. */
const REPORTERS = ['text', 'junit', 'tap', 'json', 'github', 'sarif', 'markdown'] as const
type Reporter = (typeof REPORTERS)[number]

/** A form of the report and the file it goes to; null: standard output. */
export interface ReportTarget {
  readonly reporter: Reporter
  readonly path: string | null
}

/** Reads `--reporter NAME` and `--reporter NAME=FILE`; without any the text goes to standard output. Throws a UsageError. */
export function readReportTargets(
  specs: readonly string[],
  isJson: boolean,
  inputs: readonly string[],
): readonly ReportTarget[] {
  const targets = [...specs, ...(isJson ? ['json'] : [])].map(targetOf)
  const onStdout = targets.filter(({ path }) => path === null)
  if (onStdout.length > 1)
    throw new UsageError(
      'two reports on standard output cannot be told apart',
      'write one of them to a file: --reporter junit=FILE',
    )
  refuseCollidingOutputs(
    targets.flatMap(({ reporter, path }) =>
      path === null ? [] : [{ option: `--reporter ${reporter}`, path }],
    ),
    inputs,
  )
  return onStdout.length > 0 ? targets : [...targets, { reporter: 'text', path: null }]
}

function targetOf(spec: string): ReportTarget {
  const equals = spec.indexOf('=')
  const name = equals < 0 ? spec : spec.slice(0, equals)
  const path = equals < 0 ? null : spec.slice(equals + 1)
  const reporter = REPORTERS.find((known) => known === name)
  if (reporter === undefined)
    throw new UsageError(
      `there is no reporter "${name}"`,
      `use ${REPORTERS.join(', ')}, each alone or as NAME=FILE`,
    )
  return { reporter, path: path === '-' ? null : path }
}

/** Writes a report in every form that was asked for; files are written whole or not at all. */
export function writeReports(
  report: HarnessReport,
  targets: readonly ReportTarget[],
  output: ConsoleOutput,
  isQuiet: boolean,
): void {
  for (const { reporter, path } of targets) {
    if (path !== null)
      writeAtomic(
        path,
        new TextEncoder().encode(render(reporter, report, { color: false, width: FILE_WIDTH })),
      )
    else if (!isQuiet || reporter !== 'text')
      output.out(render(reporter, report, { color: output.colorOut, width: output.width }))
  }
}

/** Columns of a text report in a file. */
const FILE_WIDTH = 100

function render(
  reporter: Reporter,
  report: HarnessReport,
  options: { readonly color: boolean; readonly width: number },
): string {
  switch (reporter) {
    case 'text':
      return harnessText(report, options)
    case 'junit':
      return junitXml(report)
    case 'tap':
      return tapText(report)
    case 'json':
      return `${jsonText(report)}\n`
    case 'github':
      return githubAnnotations(report)
    case 'sarif':
      return sarifJson(report)
    case 'markdown':
      return harnessMarkdown(report)
    default:
      return assertNever(reporter)
  }
}

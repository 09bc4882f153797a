import type { Command } from 'commander'
import type { RunCommand } from './command-context.ts'
import type { ConsoleOutput } from './console-output.ts'
import type { ExitCode } from './exit-code.ts'
import { fileErrorFrom } from '../files/file-error.ts'
import { addSharedOptions, OptionValues } from './option-values.ts'
import type { SharedOption } from './shared-options.ts'
import {
  FILTER_OPTIONS,
  LOG_OPTIONS,
  RULE_OPTIONS,
  RUN_OPTIONS,
  SEMANTICS_OPTIONS,
} from './shared-options.ts'
import { UsageError } from './usage-error.ts'

/** Declares every command. What does the work is imported only when its command runs: start-up is part of the product. */
export function addCommands(program: Command, output: ConsoleOutput, done: (code: ExitCode) => void): void {
  const declare = (
    command: Command,
    shared: readonly SharedOption[],
    load: () => Promise<RunCommand>,
  ): void => {
    addSharedOptions(command, shared)
    command.action(async () => {
      const run = await load()
      const values = new OptionValues(command, process.env, workingFolder())
      done(await run({ operands: command.args, values, flags: command.opts(), output }))
    })
  }
  declareReplay(program, declare)
  declareInspection(program, declare)
  declareRules(program, declare)
  declareTests(program, declare)
  declareChecks(program, declare)
  program.addHelpText(
    'after',
    examples(
      'dryfire replay logs/ -r rules/',
      'dryfire replay logs/ --ioc c2.example',
      'dryfire lint rules/',
    ),
  )
}

/** A shell may stand in a folder that was removed meanwhile. */
function workingFolder(): string {
  try {
    return process.cwd()
  } catch (cause) {
    const { message } = fileErrorFrom(cause, 'read', 'the working folder')
    throw new UsageError(message, 'change to a folder that exists')
  }
}

type Declare = (command: Command, shared: readonly SharedOption[], load: () => Promise<RunCommand>) => void

function declareReplay(program: Command, declare: Declare): void {
  const replay = program
    .command('replay')
    .summary('show which alerts would fire on logs')
    .description(
      'Replays logs through rules and shows which custom alerts would fire, how often, where and why.',
    )
    .argument('[LOGS...]', 'log files, folders, globs, or - for standard input')
    .option('--detections <FILE>', 'write one JSON line per detection; - for standard output')
    .option('--alerts <FILE>', 'write one JSON line per alert; - for standard output')
    .option('--quarantine <FILE>', 'write one JSON line per quarantined record')
    .option('--include <FIELD...>', 'show these fields with every event')
    .option(
      '--fail-on <EXPR...>',
      'exit 1 when it holds: blind, silent, alerts>N, detections>N, quarantined>N, severity>=LEVEL',
    )
    .option('--json', 'print the summary as JSON')
    .option('-q, --quiet', 'print nothing but errors')
    .addHelpText(
      'after',
      examples(
        'dryfire replay logs/ -r rules/',
        'dryfire replay day.ndjson.gz -r rules/c2.rules.yaml --detections hits.ndjson',
        'zcat day.gz | dryfire replay - --ioc c2.example --json',
        'dryfire replay logs/ -r rules.dfx --fail-on "severity>=High" --fail-on blind',
      ),
    )
  declare(
    replay,
    [...RULE_OPTIONS, ...LOG_OPTIONS, ...SEMANTICS_OPTIONS, ...FILTER_OPTIONS, ...RUN_OPTIONS],
    async () => (await import('./commands/replay.ts')).runReplay,
  )
}

function declareInspection(program: Command, declare: Declare): void {
  const explain = program
    .command('explain')
    .summary('say why a value or an event matches or not')
    .description(
      'Says which indicators match a value, or an event read from standard input (-), through which field and operator, and why the nearest ones do not. Ends with 0 whether something matches or not.',
    )
    .argument('<VALUE...>', 'values to look up, or - for one event or more on standard input')
    .option('--json', 'print the explanation as JSON')
    .addHelpText(
      'after',
      examples('dryfire explain x.c2.example -r rules/', 'tail -1 day.ndjson | dryfire explain - -r rules/'),
    )
  declare(
    explain,
    [...RULE_OPTIONS, ...LOG_OPTIONS, ...SEMANTICS_OPTIONS],
    async () => (await import('./commands/explain.ts')).runExplain,
  )

  const classify = program
    .command('classify')
    .summary('say what log format a file has')
    .description(
      'Says what log format each input has, with the evidence, and which fields of it are looked at.',
    )
    .argument('<LOGS...>', 'log files, folders, globs, or - for standard input')
    .option('--print-map', 'print the field map as YAML, ready for --field-map')
    .option('--json', 'print one JSON object per input')
    .addHelpText(
      'after',
      examples('dryfire classify logs/', 'dryfire classify day.ndjson --print-map > map.yaml'),
    )
  declare(classify, LOG_OPTIONS, async () => (await import('./commands/classify.ts')).runClassify)
}

function declareRules(program: Command, declare: Declare): void {
  const lint = program
    .command('lint')
    .summary('check rules for mistakes')
    .description('Checks rules for mistakes and for patterns that would flood or never match.')
    .argument('[RULES...]', 'rule files, folders or globs; the same as -r')
    .option('--json', 'print one JSON object per finding')
    .addHelpText('after', examples('dryfire lint rules/', 'dryfire lint rules/ --json'))
  declare(lint, RULE_OPTIONS, async () => (await import('./commands/lint.ts')).runLint)

  const compile = program
    .command('compile')
    .summary('compile rules into one image')
    .description('Compiles rules into one flat image that loads in milliseconds wherever rules are accepted.')
    .argument('[RULES...]', 'rule files, folders or globs; the same as -r')
    .requiredOption('-o, --output <FILE>', 'the image to write, by custom a .dfx file')
    .option('--json', 'print what was compiled as JSON')
    .option('-q, --quiet', 'print nothing but errors')
    .addHelpText(
      'after',
      examples('dryfire compile rules/ -o rules.dfx', 'dryfire replay logs/ -r rules.dfx'),
    )
  declare(compile, RULE_OPTIONS, async () => (await import('./commands/compile.ts')).runCompile)
}

function declareTests(program: Command, declare: Declare): void {
  const test = program
    .command('test')
    .summary('run the tests of rules')
    .description(
      'Runs tests of rules: *.test.yaml files, and tests under definitions. Ends with 1 when a test fails, with 3 when a test file has a mistake.',
    )
    .argument('[PATHS...]', 'test files, rule files, folders or globs; without any, beside the rules')
    .option('--filter <TEXT...>', 'only tests with one of these texts in their file or name')
    .option('--changed <REF>', 'only tests that depend on a file that differs from this commit')
    .option('--bail', 'stop at the first test that fails')
    .option('--watch', 'run again whenever a file changes, until Ctrl-C')
    .option('--update', 'write what fired into fires of tests that expect otherwise, for review')
    .option('--reporter <NAME...>', REPORTER_HELP)
    .option('--json', 'the same as --reporter json')
    .option('-q, --quiet', 'print nothing but errors')
    .addHelpText(
      'after',
      examples(
        'dryfire test rules/',
        'dryfire test rules/ --changed main --bail',
        'dryfire test rules/ --reporter text junit=tests.xml sarif=tests.sarif',
      ),
    )
  declare(
    test,
    [...RULE_OPTIONS, ...LOG_OPTIONS, ...SEMANTICS_OPTIONS],
    async () => (await import('./commands/test.ts')).runTestCommand,
  )
}

function declareChecks(program: Command, declare: Declare): void {
  const coverage = program
    .command('coverage')
    .summary('show what of the rules no test proves')
    .description(
      'Shows which definitions, operators and IOCs no written test makes fire and none proves silent; with logs, which IOCs fired, were silent or blind there.',
    )
    .argument('[PATHS...]', 'test files, rule files, folders or globs; without any, beside the rules')
    .option('--logs <LOGS...>', 'log files, folders or globs to show corpus coverage of')
    .option('--fail-under <PERCENT>', 'exit 1 when less is covered')
    .option('--json', 'print the coverage as JSON')
    .addHelpText(
      'after',
      examples('dryfire coverage rules/', 'dryfire coverage rules/ --logs logs/ --fail-under 90'),
    )
  declare(
    coverage,
    [...RULE_OPTIONS, ...LOG_OPTIONS, ...SEMANTICS_OPTIONS],
    async () => (await import('./commands/coverage.ts')).runCoverage,
  )

  const check = program
    .command('check')
    .summary('parse, lint and test rules: the command for CI')
    .description('Parses, lints and tests rules and checks their quotas, in one report for CI.')
    .argument('[PATHS...]', 'rule files, test files, folders or globs; without any, the rules')
    .option('--max-definitions <N>', 'alert definitions that the tenant may hold')
    .option('--max-iocs <N>', 'IOCs that the tenant may hold')
    .option('--max-non-equals <N>', 'IOCs with another function than Equals that the tenant may hold')
    .option('--fail-on <EXPR...>', 'exit 1 when it holds: warnings, warnings>N')
    .option('--reporter <NAME...>', REPORTER_HELP)
    .option('--json', 'the same as --reporter json')
    .option('-q, --quiet', 'print nothing but errors')
    .addHelpText(
      'after',
      examples('dryfire check rules/', 'dryfire check rules/ --reporter github junit=tests.xml'),
    )
  declare(
    check,
    [...RULE_OPTIONS, ...LOG_OPTIONS, ...SEMANTICS_OPTIONS],
    async () => (await import('./commands/check.ts')).runCheck,
  )

  const init = program
    .command('init')
    .summary('begin a folder of rules')
    .description(
      'Writes a rule folder with one definition and its test, a configuration and a CI workflow. Keeps what is there.',
    )
    .argument('[FOLDER]', 'where to; the working folder when not given')
    .option('-q, --quiet', 'print nothing but errors')
    .addHelpText('after', examples('dryfire init', 'dryfire init detections'))
  declare(init, [], async () => (await import('./commands/init.ts')).runInit)
}

const REPORTER_HELP = 'text, junit, tap, json, github, sarif or markdown; several as NAME=FILE'

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`
}

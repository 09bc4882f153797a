import type { Command } from 'commander'
import { type Declare, examples, QUOTA_HELP } from './declare.ts'
import { PATHS_HELP, REPORTER_HELP } from './declare-tests.ts'
import { LOG_OPTIONS, RULE_OPTIONS, SEMANTICS_OPTIONS } from './shared-options.ts'

/** `coverage`, `check` and `init`. */
export function declareChecks(program: Command, declare: Declare): void {
  const coverage = program
    .command('coverage')
    .summary('show what of the rules no test proves')
    .description(
      'Shows which definitions, operators and IOCs no written test makes fire and none proves silent; with logs, which IOCs fired, were silent or blind there.',
    )
    .argument('[PATHS...]', PATHS_HELP)
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
    .argument('[PATHS...]', PATHS_HELP)
    .option('--quota <NAME=N...>', QUOTA_HELP)
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

import type { Command } from 'commander'
import { type Declare, examples } from './declare.ts'
import { LOG_OPTIONS, RULE_OPTIONS, SEMANTICS_OPTIONS } from './shared-options.ts'

/** What `--reporter` takes. */
export const REPORTER_HELP: string = 'text, junit, tap, json, github, sarif or markdown; several as NAME=FILE'

/** What stands for `[PATHS...]`. */
export const PATHS_HELP: string =
  'test files, rule files, folders or globs (default: the rules of the configuration, else this folder)'

/** `test` and `check-laws`. */
export function declareTests(program: Command, declare: Declare): void {
  const test = program
    .command('test')
    .summary('run the tests of rules')
    .description(
      'Runs tests of rules: *.test.yaml files, and tests under definitions. Ends with 1 when a test fails, with 3 when a test file has a mistake.',
    )
    .argument('[PATHS...]', PATHS_HELP)
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

  const laws = program
    .command('check-laws')
    .summary('try the laws of operators on rules')
    .description(
      'Tries what must hold for all rules on your own, on generated logs: a planted value fires, a near miss is silent, Equals implies StartWith, EndWith and Contains, case and trailing dots do not matter, an unrelated rule changes nothing, splitting a log changes nothing. Ends with 1 when one does not hold, and prints the smallest case and its seed.',
    )
    .argument('[RULES...]', 'rule files, folders or globs; the same as -r')
    .option('--runs <N>', 'cases per law; with as many as there are IOCs each has its turn (default: 200)')
    .option('--seed <N>', 'seed of the first case (default: 1)')
    .option('--json', 'print the report as JSON')
    .addHelpText(
      'after',
      examples('dryfire check-laws rules/', 'dryfire check-laws rules/ --runs 10000 --seed 7'),
    )
  const logOptions = LOG_OPTIONS.filter(({ name }) => name !== 'table')
  declare(laws, [...RULE_OPTIONS, ...logOptions, ...SEMANTICS_OPTIONS], async () => {
    const { runCheckLaws } = await import('./commands/check-laws.ts')
    return (context) => runCheckLaws(context)
  })
}

import type { Command } from 'commander'
import { TELEMETRY_FORMATS } from '../harness/generate/telemetry-formats.ts'
import { choiceOption } from './choice-option.ts'
import { type Declare, examples } from './declare.ts'
import { LOG_OPTIONS, RULE_OPTIONS, SEMANTICS_OPTIONS } from './shared-options.ts'

/** `generate` and `mutate`. */
export function declareGenerate(program: Command, declare: Declare): void {
  const generate = program
    .command('generate')
    .summary('make up telemetry, or tests of every IOC')
    .description(
      'Writes made-up telemetry, the same bytes for the same seed; with rules, events that make their IOCs fire among it. With --near-misses, writes tests instead: for every IOC the least events that must match and near misses that must not.',
    )
    .option('--events <N>', 'how many events (default: 1000)')
    .option('--hits <N>', 'how many of them make an IOC of the rules fire (default: 0)')
    .option('--seed <N>', 'another number, other events (default: 1)')
    .addOption(
      choiceOption('--format <NAME>', 'json and csv need --field-map', TELEMETRY_FORMATS, 'defender-storage'),
    )
    .option('--near-misses', 'write tests of every IOC, marked as generated')
    .option('-o, --output <FILE>', 'where to; with --near-misses also a folder, one file per definition')
    .option('-q, --quiet', 'print nothing but errors')
    .addHelpText(
      'after',
      examples(
        'dryfire generate --events 100000 -o day.ndjson',
        'dryfire generate -r rules/ --hits 50 --format defender-event-hub | dryfire replay - -r rules/',
        'dryfire generate -r rules/ --near-misses -o rules/generated/',
      ),
    )
  declare(
    generate,
    [
      ...RULE_OPTIONS,
      ...LOG_OPTIONS.filter(({ name }) => name === 'field-map' || name === 'fields'),
      ...SEMANTICS_OPTIONS,
    ],
    async () => (await import('./commands/generate.ts')).runGenerate,
  )

  const mutate = program
    .command('mutate')
    .summary('show which changes of the rules no test notices')
    .description(
      'Changes the rules in small ways, one at a time (an IOC dropped, another operator, a character less or more, another type, no expiry, a definition disabled), and shows which changes no written test notices, with the test to add.',
    )
    .argument('[PATHS...]', 'test files, rule files, folders or globs; without any, beside the rules')
    .option('--seed <N>', 'which mutants are tried where there are too many (default: 1)')
    .option('--sample <N>', 'most mutants to try, and as many of Equals hashes apart (default: 10000)')
    .option('--since <REF>', 'only rules in files, or named by tests in files, that differ from this commit')
    .option('--fail-under <PERCENT>', 'exit 1 when the score is less')
    .option('--json', 'print the report as JSON')
    .addHelpText(
      'after',
      examples('dryfire mutate rules/', 'dryfire mutate rules/ --since main --fail-under 80'),
    )
  declare(
    mutate,
    [...RULE_OPTIONS, ...LOG_OPTIONS, ...SEMANTICS_OPTIONS],
    async () => (await import('./commands/mutate.ts')).runMutate,
  )
}

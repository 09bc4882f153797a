import { type Command, Option } from 'commander'
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
      new Option('--format <NAME>', 'json and csv need --field-map (default: defender-storage)').choices(
        FORMAT_NAMES,
      ),
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
}

const FORMAT_NAMES = [
  'defender-storage',
  'defender-event-hub',
  'defender-hunting-api',
  'defender-rows',
  'defender-csv',
  'json',
  'csv',
]

import type { Command } from 'commander'
import { type Declare, examples, QUOTA_HELP } from './declare.ts'
import { LOG_OPTIONS, RULE_OPTIONS, RUN_OPTIONS, SEMANTICS_OPTIONS } from './shared-options.ts'

/** `bench`. */
export function declareBench(program: Command, declare: Declare): void {
  const bench = program
    .command('bench')
    .summary('measure what rules cost, on your logs')
    .description(
      'Measures rules on logs, or on generated ones: compile time, image size by operator, throughput, how it changes with the number of rules, which IOCs send records to the slow path, and the quotas used. Times are medians with their spread.',
    )
    .argument('[LOGS...]', 'log files, folders or globs; without any, logs are made up')
    .option('--seconds <N>', 'how long to measure, more or less (default: 5)')
    .option('--events <N>', 'how many events to make up where no logs are named (default: 10000)')
    .option('--quota <NAME=N...>', QUOTA_HELP)
    .option('--save <FILE>', 'write the report as JSON, to compare with later')
    .option('--compare <FILE>', 'show what is better or worse than in a saved report')
    .option('--json', 'print the report as JSON')
    .option('-q, --quiet', 'print nothing but errors')
    .addHelpText(
      'after',
      examples(
        'dryfire bench logs/ -r rules/',
        'dryfire bench -r rules/ --seconds 30 --save before.json',
        'dryfire bench -r rules/ --seconds 30 --compare before.json',
      ),
    )
  declare(
    bench,
    [
      ...RULE_OPTIONS,
      ...LOG_OPTIONS,
      ...SEMANTICS_OPTIONS,
      ...RUN_OPTIONS.filter(({ name }) => name !== 'max-ratio'),
    ],
    async () => (await import('./commands/bench.ts')).runBench,
  )
}

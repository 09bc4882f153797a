import type { Command } from 'commander'
import { type Declare, examples } from './declare.ts'
import { nameOneImage, readImageAhead } from './read-image-ahead.ts'
import {
  FILTER_OPTIONS,
  LOG_OPTIONS,
  RULE_OPTIONS,
  RUN_OPTIONS,
  SEMANTICS_OPTIONS,
} from './shared-options.ts'

/** `replay`. */
export function declareReplay(program: Command, declare: Declare): void {
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
    async (values) => {
      const rules = values.references('rules')
      const ahead = nameOneImage(rules) ? readImageAhead(rules[0] ?? '') : null
      const { runReplay } = await import('./commands/replay.ts')
      return (context) => runReplay(context, ahead)
    },
  )
}

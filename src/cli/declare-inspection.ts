import type { Command } from 'commander'
import { type Declare, examples } from './declare.ts'
import { LOG_OPTIONS, RULE_OPTIONS, SEMANTICS_OPTIONS } from './shared-options.ts'

/** `explain` and `classify`. */
export function declareInspection(program: Command, declare: Declare): void {
  const explain = program
    .command('explain')
    .summary('say why a value or an event matches or not')
    .description(
      'Says which IOCs match a value, or an event read from standard input (-), through which field and operator, and why the nearest ones do not. Ends with 0 whether something matches or not.',
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

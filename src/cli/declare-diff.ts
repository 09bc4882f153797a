import type { Command } from 'commander'
import { choiceOption } from './choice-option.ts'
import { type Declare, examples } from './declare.ts'
import {
  FILTER_OPTIONS,
  LOG_OPTIONS,
  RULE_OPTIONS,
  RUN_OPTIONS,
  SEMANTICS_OPTIONS,
} from './shared-options.ts'

/** `diff`. */
export function declareDiff(program: Command, declare: Declare): void {
  const diff = program
    .command('diff')
    .summary('show how two rule sets differ, also on logs')
    .description(
      'Shows how rules B differ from rules A: what they say, and, given logs, which alerts are gained, lost or relabelled. The logs are read once for both. A and B are files, folders, globs, .dfx images, git:REF, git:REF:PATH or tenant:.',
    )
    .argument('<A>', 'the rules as they were')
    .argument('<B>', 'the rules as they will be')
    .argument('[LOGS...]', 'log files, folders, globs, or - for standard input')
    .option('--changes <FILE>', 'write one JSON line per changed detection; - for standard output')
    .option('--quarantine <FILE>', 'write one JSON line per quarantined record')
    .option('--include <FIELD...>', 'show these fields with every event')
    .option(
      '--fail-on <EXPR...>',
      'exit 1 when it holds: gained, lost, gained>N, lost>N (in detections), changes (of any kind)',
    )
    .addOption(
      choiceOption('--format <NAME>', 'how to print the result', ['text', 'json', 'markdown'], 'text'),
    )
    .option('--json', 'the same as --format json')
    .option('-q, --quiet', 'print nothing but errors')
    .addHelpText(
      'after',
      examples(
        'dryfire diff git:main:rules rules/ logs/',
        'dryfire diff git:main:rules rules/ logs/ --format markdown --fail-on lost',
        'dryfire diff tenant: rules/ --fail-on changes',
      ),
    )
  declare(
    diff,
    [
      ...RULE_OPTIONS.filter((option) => option.name === 'non-equals-hash'),
      ...LOG_OPTIONS,
      ...SEMANTICS_OPTIONS,
      ...FILTER_OPTIONS,
      ...RUN_OPTIONS,
    ],
    async () => (await import('./commands/diff.ts')).runDiff,
  )
}

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
  TENANT_OPTIONS,
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
  declareTenant(program, declare)
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

function declareTenant(program: Command, declare: Declare): void {
  const pull = program
    .command('pull')
    .summary('load the rules of a tenant')
    .description(
      'Reads all definitions and indicators of the tenant and writes them as rule files, the same bytes for the same state. Values that these rules would refuse are kept under opaque:.',
    )
    .option('-o, --output <DIR>', 'folder to write to; without it the rules are only counted')
    .option('-v, --verbose', 'print a line per request')
    .option('--json', 'print what was read as JSON')
    .addHelpText('after', TENANT_HELP + examples('dryfire pull -o rules/', 'dryfire pull --json'))
  declare(pull, TENANT_OPTIONS, async () => (await import('./commands/pull.ts')).runPull)

  const plan = program
    .command('plan')
    .summary('show what apply would change in a tenant')
    .description(
      'Compares rules with the tenant and shows every change that apply would make, what it costs of the quotas, and what it deletes. Writes nothing to the tenant.',
    )
    .option('-o, --output <FILE>', 'write the plan for apply')
    .option('--prune', 'also delete what the rules no longer hold; needs owned: in the configuration')
    .option('--adopt <NAME...>', 'take over definitions of these Names that are there already')
    .option('--delete-first', 'free a full quota before creating: for a moment less is detected')
    .option('--expires-in <TIME>', 'how long the plan may be applied (default: 1h)')
    .option('--fail-on <EXPR...>', 'exit 1 when it holds: changes')
    .option('-v, --verbose', 'list every indicator, and print a line per request')
    .option('--json', 'print the plan as JSON')
    .addHelpText(
      'after',
      TENANT_HELP +
        examples(
          'dryfire plan -r rules/ -o plan.json',
          'dryfire plan -r rules/ --prune',
          'dryfire plan -r rules/ --fail-on changes',
        ),
    )
  declare(
    plan,
    [...RULE_OPTIONS.filter(({ name }) => name !== 'ioc'), ...TENANT_OPTIONS],
    async () => (await import('./commands/plan.ts')).runPlan,
  )

  const apply = program
    .command('apply')
    .summary('make a plan true')
    .description(
      'Does what a plan says, each write journalled before it is sent and never repeated blindly. Refuses a plan that no longer fits its rules, its tenant or its time.',
    )
    .argument('[PLAN]', 'the file that plan -o wrote')
    .option('--resume', 'finish an apply that was stopped')
    .option('--allow-delete <N>', 'allow the deletes of the plan; N is their exact number')
    .option('--break-lock', 'take over the lock of another host')
    .option('--reset-state', 'set a damaged state aside, as a backup')
    .option('-v, --verbose', 'print a line per request')
    .option('--json', 'print the report as JSON')
    .addHelpText(
      'after',
      TENANT_HELP +
        examples(
          'dryfire apply plan.json',
          'dryfire apply plan.json --allow-delete 12',
          'dryfire apply --resume',
        ),
    )
  declare(apply, TENANT_OPTIONS, async () => (await import('./commands/apply.ts')).runApply)
}

const TENANT_HELP = `
The tenant is named by DRYFIRE_TENANT_ID, DRYFIRE_CLIENT_ID and DRYFIRE_CLIENT_SECRET; DRYFIRE_API_URL and DRYFIRE_TOKEN_URL
lead elsewhere than to the service, for example to \`dryfire serve\`.
`

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`
}

import type { Command } from 'commander'
import { type Declare, examples } from './declare.ts'
import { RULE_OPTIONS, TENANT_OPTIONS } from './shared-options.ts'

/** `pull`, `plan`, `apply`. */
export function declareTenant(program: Command, declare: Declare): void {
  const pull = program
    .command('pull')
    .summary('load the rules of a tenant')
    .description(
      'Reads all definitions and IOCs of the tenant and writes them as rule files, the same bytes for the same state. Values that these rules would refuse are kept under opaque:.',
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
    .option(
      '--preview <LOGS...>',
      'replay sampled logs: refuse new IOCs that fire on more than 0.1 % of the events',
    )
    .option('--allow-noisy <VALUE...>', 'values that --preview may find too noisy')
    .option('--fail-on <EXPR...>', 'exit 1 when it holds: changes')
    .option('-v, --verbose', 'list every IOC, and print a line per request')
    .option('--json', 'print the plan as JSON')
    .addHelpText(
      'after',
      TENANT_HELP +
        examples(
          'dryfire plan -r rules/ -o plan.json',
          'dryfire plan -r rules/ --prune',
          'dryfire plan -r rules/ --preview logs/ -o plan.json',
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

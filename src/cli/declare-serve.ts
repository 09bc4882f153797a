import type { Command } from 'commander'
import { choiceOption } from './choice-option.ts'
import { type Declare, examples, QUOTA_HELP } from './declare.ts'

/** `serve`. */
export function declareServe(program: Command, declare: Declare): void {
  const serve = program
    .command('serve')
    .summary('run the API on this machine')
    .description(
      'Runs the threat-intelligence API on this machine, for rehearsals and tests. Prints one line on standard output once it accepts connections, and runs until Ctrl-C.',
    )
    .option('--port <N>', 'port to listen on; 0 takes a free one (default: 0)')
    .option(
      '--host <ADDR>',
      'address to listen on; one that others reach needs DRYFIRE_CLIENT_SECRET (default: 127.0.0.1)',
    )
    .option('--db <FILE>', 'keep the state in this file; acknowledged writes survive a crash')
    .option('--ephemeral', 'keep the state in memory, which also holds without --db')
    .addOption(
      choiceOption('--profile <NAME>', 'how forgiving the API is', ['documented', 'strict'], 'documented'),
    )
    .addOption(
      choiceOption(
        '--auth <MODE>',
        'tokens: its own, any, or none asked for',
        ['strict', 'any', 'off'],
        'strict',
      ),
    )
    .option(
      '--seed <REF...>',
      'rule files, folders, globs or git:REF:PATH to start with, unless --db holds definitions',
    )
    .option('--fault <SPEC...>', 'let requests go wrong, as shown below')
    .option('--quota <NAME=N...>', QUOTA_HELP)
    .option('--page-size <N>', 'entities of one page at most, with a link to the next (default: no pages)')
    .option('--json', 'print the line as JSON: api, token, tenant, clientId, clientSecret')
    .addHelpText(
      'after',
      '\nDRYFIRE_TENANT_ID, DRYFIRE_CLIENT_ID and DRYFIRE_CLIENT_SECRET set what a client must present; a secret is made up ' +
        'and printed\nwhen none is set. GET and POST /_dryfire/faults, GET /_dryfire/state and POST /_dryfire/reset steer it while it ' +
        'runs: send\nthe client secret as Authorization: Bearer, and JSON; {"faults":["3:429"]} sets faults.\n' +
        faultHelp() +
        examples(
          'dryfire serve --port 8080 --db state.db --seed rules/',
          'dryfire serve --json --fault 3:429:retry-after=2 --fault 1@POST/Actions.BulkUpload:cut-after',
        ),
    )
  declare(serve, [], async () => (await import('./commands/serve.ts')).runServe)
}

/** How faults are written, in words that `parseFault` reads. */
function faultHelp(): string {
  return `
Faults: WHEN:WHAT[:OPTION=VALUE]
  WHEN  3         the 3rd request, those for tokens counted
        3-5, 3+   the 3rd to the 5th, every one from the 3rd on
        2@POST    the 2nd POST; 2@/oauth2/token and 2@POST/Actions.BulkUpload count requests whose path contains the text
  WHAT  401 500 507            refused, nothing is done
        429 503                the same; with retry-after=SECONDS, or retry-date=SECONDS for a date that far ahead
        504                    done all the same; with later=TIME only then
        cut-before cut-after   the connection breaks before or after it is done
        slow:delay=TIME        done at once, the reply comes late (500ms, 3s)
        truncate               done, half of the reply's body arrives
`
}

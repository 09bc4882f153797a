import type { Command } from 'commander'
import type { ConsoleOutput } from './console-output.ts'
import type { ExitCode } from './exit-code.ts'
import { fileErrorFrom } from '../files/file-error.ts'
import { findConfig } from './find-config.ts'
import { addSharedOptions, OptionValues } from './option-values.ts'
import { type Declare, examples } from './declare.ts'
import { declareBench } from './declare-bench.ts'
import { declareChecks } from './declare-checks.ts'
import { declareDiff } from './declare-diff.ts'
import { declareGenerate } from './declare-generate.ts'
import { declareInspection } from './declare-inspection.ts'
import { declareReplay } from './declare-replay.ts'
import { declareRules } from './declare-rules.ts'
import { declareServe } from './declare-serve.ts'
import { declareTenant } from './declare-tenant.ts'
import { declareTests } from './declare-tests.ts'
import { UsageError } from './usage-error.ts'

type DeclareCommands = (program: Command, declare: Declare) => void

/** The commands as the help text shows them, by the names of those that one function declares. */
const GROUPS: readonly {
  readonly heading: string
  readonly commands: readonly (readonly [names: readonly string[], declareCommands: DeclareCommands])[]
}[] = [
  {
    heading: 'Rules on logs:',
    commands: [
      [['replay'], declareReplay],
      [['diff'], declareDiff],
      [['explain', 'classify'], declareInspection],
      [['bench'], declareBench],
    ],
  },
  {
    heading: 'Rules and their tests:',
    commands: [
      [['test', 'check-laws'], declareTests],
      [['coverage', 'check', 'init'], declareChecks],
      [['generate', 'mutate'], declareGenerate],
      [['lint', 'compile'], declareRules],
    ],
  },
  {
    heading: 'Rules in a tenant:',
    commands: [
      [['pull', 'plan', 'apply'], declareTenant],
      [['serve'], declareServe],
    ],
  },
]

/**
 * Declares the command that the first word names, or else all of them, which takes some milliseconds. What does the work is
 * imported only when its command runs: start-up is part of the product.
 */
export function addCommands(
  program: Command,
  word: string | undefined,
  output: ConsoleOutput,
  done: (code: ExitCode) => void,
): void {
  const declare: Declare = (command, shared, load) => {
    addSharedOptions(command, shared)
    command.action(async () => {
      const values = new OptionValues(command, process.env, await findConfig(workingFolder()))
      const run = await load(values)
      done(await run({ operands: command.args, values, flags: command.opts(), output }))
    })
  }
  for (const [names, declareCommands] of GROUPS.flatMap(({ commands }) => commands))
    if (word !== undefined && names.includes(word)) {
      declareCommands(program, declare)
      return
    }
  for (const { heading, commands } of GROUPS) {
    program.commandsGroup(heading)
    for (const [, declareCommands] of commands) declareCommands(program, declare)
  }
  program.commandsGroup('Help:').helpCommand(true)
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

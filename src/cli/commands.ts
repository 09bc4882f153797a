import type { Command } from 'commander'
import type { RunCommand } from './command-context.ts'
import type { ConsoleOutput } from './console-output.ts'
import type { ExitCode } from './exit-code.ts'
import { fileErrorFrom } from '../files/file-error.ts'
import { findConfig } from './find-config.ts'
import { addSharedOptions, OptionValues } from './option-values.ts'
import type { SharedOption } from './shared-options.ts'
import { examples } from './declare.ts'
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

/** Declares every command. What does the work is imported only when its command runs: start-up is part of the product. */
export function addCommands(program: Command, output: ConsoleOutput, done: (code: ExitCode) => void): void {
  const declare = (
    command: Command,
    shared: readonly SharedOption[],
    load: (values: OptionValues) => Promise<RunCommand>,
  ): void => {
    addSharedOptions(command, shared)
    command.action(async () => {
      const values = new OptionValues(command, process.env, await findConfig(workingFolder()))
      const run = await load(values)
      done(await run({ operands: command.args, values, flags: command.opts(), output }))
    })
  }
  program.commandsGroup('Rules on logs:')
  declareReplay(program, declare)
  declareDiff(program, declare)
  declareInspection(program, declare)
  declareBench(program, declare)
  program.commandsGroup('Rules and their tests:')
  declareTests(program, declare)
  declareChecks(program, declare)
  declareGenerate(program, declare)
  declareRules(program, declare)
  program.commandsGroup('Rules in a tenant:')
  declareTenant(program, declare)
  declareServe(program, declare)
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

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { codeOf, fileErrorFrom } from '../../files/file-error.ts'
import { escapeTerminal } from '../../report/escape.ts'
import type { CommandContext } from '../command-context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { STARTER_FILES } from '../starter-project.ts'

/** `dryfire init [FOLDER]`: writes a rule folder with a definition, a test, a configuration and a workflow. Never overwrites. */
export async function runInit({ operands, output, flags }: CommandContext): Promise<ExitCode> {
  const folder = operands[0] ?? '.'
  for (const { path, text } of STARTER_FILES) {
    const target = join(folder, path)
    const isWritten = writeNew(target, text)
    if (flags['quiet'] !== true) output.out(`${isWritten ? 'wrote' : 'kept '} ${escapeTerminal(target)}\n`)
  }
  if (flags['quiet'] !== true)
    output.out(`\nNext: ${folder === '.' ? '' : `cd ${escapeTerminal(folder)} && `}dryfire check\n`)
  return EXIT.ok
}

/** Creates a file; false where something of that name is there already, a link that leads nowhere included. */
function writeNew(path: string, text: string): boolean {
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text, { flag: 'wx' })
    return true
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') return false
    throw fileErrorFrom(cause, 'write', path)
  }
}

import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { codeOf, fileErrorFrom } from '../../files/file-error.ts'
import { makeFolders } from '../../files/make-folders.ts'
import { escapeTerminal } from '../../report/escape.ts'
import type { CommandContext } from '../command-context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { STARTER_FILES } from '../starter-project.ts'
import { UsageError } from '../usage-error.ts'

/** `dryfire init [FOLDER]`: writes a rule folder with a definition, a test, a configuration and a workflow. Never overwrites. */
export async function runInit({ operands, output, flags }: CommandContext): Promise<ExitCode> {
  const folder = operands[0] ?? '.'
  if (folder === '') throw new UsageError('an empty text names no folder', 'name one, or leave it out')
  for (const { path, text } of STARTER_FILES) {
    const target = join(folder, path)
    const isWritten = writeNew(target, text)
    if (flags['quiet'] !== true) output.out(`${isWritten ? 'wrote' : 'kept '} ${escapeTerminal(target)}\n`)
  }
  if (flags['quiet'] !== true)
    output.out(`\nNext: ${folder === '.' ? '' : `cd ${shellWord(folder)} && `}dryfire check\n`)
  return EXIT.ok
}

/** A path as a shell takes it for one word, for people to copy; what a terminal must not show stays visible. */
function shellWord(path: string): string {
  const shown = escapeTerminal(path)
  return /^[\w./+@%-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", "'\\''")}'`
}

/** Creates a file; false where something of that name is there already, a link that leads nowhere included. */
function writeNew(path: string, text: string): boolean {
  makeFolders(dirname(path))
  try {
    writeFileSync(path, text, { flag: 'wx' })
    return true
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') return false
    throw fileErrorFrom(cause, 'write', path)
  }
}

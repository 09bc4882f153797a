import { realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { PARTIAL_SUFFIX } from '../files/output-file.ts'
import { UsageError } from './usage-error.ts'

/** An output as the user named it, and the option that names it. */
export interface NamedOutput {
  readonly option: string
  readonly path: string
}

/**
 * Refuses outputs that would overwrite each other, or a file that the run reads (I04), before anything is written.
 * An output also takes its name with `.partial` behind it.
 */
export function refuseCollidingOutputs(outputs: readonly NamedOutput[], inputs: readonly string[]): void {
  const read = new Set(inputs.map(realPath))
  const taken = new Map<string, string>()
  for (const { option, path } of outputs) {
    if (path === '')
      throw new UsageError(`${option} needs the name of a file, found an empty text`, 'name a file')
    const real = realPath(path)
    for (const name of [real, real + PARTIAL_SUFFIX]) {
      if (read.has(name))
        throw new UsageError(`${option} ${path} is one of the logs, rules or other files to read`, ELSEWHERE)
      const other = taken.get(name)
      if (other !== undefined)
        throw new UsageError(`${option} ${path} is also what ${other} is written to`, ELSEWHERE)
    }
    for (const name of [real, real + PARTIAL_SUFFIX]) taken.set(name, option)
  }
}

const ELSEWHERE = 'write to another file'

/** The path with links resolved, also of a file that does not exist yet. */
function realPath(path: string): string {
  const whole = resolve(path)
  try {
    return realpathSync(whole)
  } catch {
    return join(realFolder(dirname(whole)), basename(whole))
  }
}

function realFolder(folder: string): string {
  try {
    return realpathSync(folder)
  } catch {
    return folder // there is none: writing will say so
  }
}

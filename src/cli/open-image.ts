import { CompileError } from '../engine/compile-error.ts'
import { ImageFormatError } from '../engine/image-format-error.ts'
import { IndexImage } from '../engine/image-reader.ts'
import { ImageMemory } from '../engine/sieve/image-memory.ts'
import { fileErrorFrom } from '../files/file-error.ts'
import type { ListedRuleFile } from '../files/list-rule-files.ts'
import { readFileInto } from '../files/read-into.ts'
import { rulesOfImage } from '../harness/diff/rules-of-image.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { RuleSet } from '../model/rule-set.ts'
import type { RuleRequest } from './rule-request.ts'
import { RulesRejectedError } from './rules-rejected.ts'
import { UsageError } from './usage-error.ts'

/** What was read of a rule file, or its name with why it cannot be read. */
export function readable<T>(file: ListedRuleFile, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw new RulesRejectedError([
      placeless('RULE000', fileErrorFrom(cause, 'read', file.name).message, null),
    ])
  }
}

/** Opens a compiled image, proven. Throws RulesRejectedError, or UsageError where it was compiled with another option. */
export function openImage(file: ListedRuleFile, nonEqualsHash: RuleRequest['nonEqualsHash']): IndexImage {
  const image = loadImage(file)
  if (nonEqualsHash !== null && nonEqualsHash !== image.options.nonEqualsHash)
    throw new UsageError(
      `${file.name} was compiled with --non-equals-hash ${image.options.nonEqualsHash}, not ${nonEqualsHash}`,
      'compile the rules again with that option, or leave it out',
    )
  return image
}

/** What was compiled into an image, as rules that can be changed and compiled again; its name is their only source. */
export function rulesInImage(file: ListedRuleFile, nonEqualsHash: RuleRequest['nonEqualsHash']): RuleSet {
  const image = openImage(file, nonEqualsHash)
  return refusingDamage(file, () => ({ ...rulesOfImage(image), sources: [file.name] }))
}

/**
 * An image may hold values that no compiler of ours writes, which shows when what it holds is compiled again: it is then refused
 * as any other damaged one. Every other error is given back.
 */
export function refusedAgain(error: unknown): unknown {
  if (!(error instanceof CompileError) || error.code !== 'not-canonical') return error
  const message = `an image holds a value that is not canonical: ${error.message}`
  return new RulesRejectedError([placeless(error.code, message, 'compile the rules again')])
}

/**
 * Reads an image into memory of the kernel's, where there is one, so that it is proven there and workers share it. A damaged
 * image is refused with its name and the byte that shows it.
 */
function loadImage(file: ListedRuleFile): IndexImage {
  let memory: ImageMemory | null = null
  const bytes = readable(file, () =>
    readFileInto(file.path, (byteLength) => {
      memory = ImageMemory.reserve(byteLength)
      return memory?.bytes ?? new Uint8Array(byteLength)
    }),
  )
  return refusingDamage(file, () => IndexImage.open(bytes, memory))
}

function refusingDamage<T>(file: ListedRuleFile, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ImageFormatError)) throw error
    const message = `${file.name}@${error.offset}: ${error.message}`
    throw new RulesRejectedError([placeless(error.code, message, 'compile the rules again')])
  }
}

/** A finding about a whole file. */
export function placeless(
  code: string,
  message: string,
  fix: string | null,
  severity: Diagnostic['severity'] = 'error',
): Diagnostic {
  return { code, severity, message, fix, span: null, related: [] }
}

import { ImageFormatError } from '../engine/image-format-error.ts'
import { IndexImage } from '../engine/image-reader.ts'
import { ImageMemory } from '../engine/sieve/image-memory.ts'
import type { ImageSpace } from '../engine/sieve/image-space.ts'
import { fileErrorFrom } from '../files/file-error.ts'
import type { ListedRuleFile } from '../files/list-rule-files.ts'
import { readFileInto } from '../files/read-into.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
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
  return accepted(file, loadImage(file), nonEqualsHash)
}

/** The same for an image of which the bytes have been read ahead. */
export function openReadImage(
  file: ListedRuleFile,
  read: ImageSpace,
  nonEqualsHash: RuleRequest['nonEqualsHash'],
): IndexImage {
  const memory = ImageMemory.over(read)
  return accepted(
    file,
    refusingDamage(file, () => IndexImage.open(read.bytes, memory)),
    nonEqualsHash,
  )
}

function accepted(
  file: ListedRuleFile,
  image: IndexImage,
  nonEqualsHash: RuleRequest['nonEqualsHash'],
): IndexImage {
  if (nonEqualsHash !== null && nonEqualsHash !== image.options.nonEqualsHash)
    throw new UsageError(
      `${file.name} was compiled with --non-equals-hash ${image.options.nonEqualsHash}, not ${nonEqualsHash}`,
      'compile the rules again with that option, or leave it out',
    )
  return image
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

/** What was read of an image, or its name with what is damaged. */
export function refusingDamage<T>(file: ListedRuleFile, read: () => T): T {
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

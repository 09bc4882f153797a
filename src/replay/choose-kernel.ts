import type { IndexImage } from '../engine/image-reader.ts'
import { type SharedSieve, shareSieve } from '../engine/sieve/sieve-memory.ts'
import { buildKeyTable } from '../logs/key-table.ts'
import { whyNoSieve } from './choose-front.ts'
import type { ClassifiedInput } from './classify-input.ts'
import type { ScanSettings } from './scan-settings.ts'

/** Which filter stands in front of the exact matcher in a run. */
export interface ChosenKernel {
  readonly name: ScanSettings['kernel']
  /** Why another one than asked for, or why some input has none; null when neither. */
  readonly note: string | null
  /** What threads share, for `wasm`. */
  readonly sieve: SharedSieve | null
}

/** Chooses the kernel that was asked for where it can be had and any input has a use for it. */
export function chooseKernel(
  image: IndexImage,
  settings: ScanSettings,
  inputs: readonly ClassifiedInput[],
): ChosenKernel {
  const { kernel, semantics } = settings
  if (kernel === 'off') return { name: 'off', note: null, sieve: null }
  const reasons = inputs.flatMap(({ classification }) => {
    const map = classification.fieldMap
    return map === null ? [] : [whyNoSieve(buildKeyTable(map, semantics), classification, settings)]
  })
  const missing = reasons.filter((reason) => reason !== null)
  if (missing.length > 0 && missing.length === reasons.length)
    return { name: 'off', note: noteOf(missing, reasons.length), sieve: null }
  const note = missing.length === 0 ? null : noteOf(missing, reasons.length)
  if (kernel === 'portable') return { name: 'portable', note, sieve: null }
  const shared = shareSieve(image, semantics)
  return 'off' in shared
    ? { name: 'portable', note: note === null ? shared.off : `${shared.off}; ${note}`, sieve: null }
    : { name: 'wasm', note, sieve: shared }
}

function noteOf(reasons: readonly string[], inputCount: number): string {
  const unlike = [...new Set(reasons)].join('; ')
  return inputCount === reasons.length
    ? unlike
    : `off for ${reasons.length} of ${inputCount} inputs: ${unlike}`
}

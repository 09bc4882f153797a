import type { ClassifiedInput } from './classify-input.ts'
import type { ScanTask } from './scan-task.ts'

/**
 * Cuts inputs into tasks, in order. Only uncompressed files of lines and of rows are split; what stands in a container or a
 * compressed file can only be read from its beginning.
 */
export function planTasks(
  inputs: readonly ClassifiedInput[],
  chunkBytes: number | 'whole',
): readonly ScanTask[] {
  return inputs.flatMap((input, source) => {
    const whole: ScanTask = {
      source,
      name: input.name,
      path: input.path,
      classification: input.classification,
      compression: input.compression,
      size: input.size,
      range: null,
    }
    const isSplittable =
      input.size !== null && input.compression === 'none' && input.classification.framing !== 'container'
    if (!isSplittable || input.size === null) return [whole]
    if (chunkBytes === 'whole' || input.size === 0) return [{ ...whole, range: { from: 0, to: input.size } }]
    return rangesOf(input.size, chunkBytes).map((range) => ({ ...whole, range }))
  })
}

function rangesOf(size: number, step: number): readonly { readonly from: number; readonly to: number }[] {
  const count = Math.ceil(size / step)
  return Array.from({ length: count }, (_, i) => ({ from: i * step, to: Math.min(size, (i + 1) * step) }))
}

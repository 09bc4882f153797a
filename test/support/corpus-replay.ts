import { readFileSync } from 'node:fs'
import type { IndexImage } from '../../src/engine/image-reader.ts'
import type { Detection } from '../../src/model/detection.ts'
import { replay, type ReplayOptions, type ReplayResult } from '../../src/replay/replay.ts'

/** A replay at the epoch, with its detections as a list. */
export async function replayCollected(
  logs: readonly string[],
  image: IndexImage,
  options: ReplayOptions,
): Promise<ReplayResult & { readonly detections: readonly Detection[] }> {
  const detections: Detection[] = []
  const result = await replay(logs, image, {
    now: 0n,
    onDetection: (detection) => detections.push(detection),
    ...options,
  })
  return { ...result, detections }
}

/** Rows of a tab-separated file without quotes, the header left out. */
export function tabRows(path: string): readonly (readonly string[])[] {
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
}

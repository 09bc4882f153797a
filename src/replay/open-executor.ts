import { availableParallelism } from 'node:os'
import type { IndexImage } from '../engine/image-reader.ts'
import type { SharedSieve } from '../engine/sieve/sieve-memory.ts'
import type { ClassifiedInput } from './classify-input.ts'
import type { ScanExecutor } from './executor.ts'
import { openInlineExecutor } from './inline-executor.ts'
import type { ScanSettings } from './scan-settings.ts'

/** Inputs below this are scanned on the calling thread: starting threads costs about as much as scanning 50 MB. */
const INLINE_BYTES = 50_000_000
/** What logs usually grow by when they are decompressed. */
const USUAL_RATIO = 8

/** How many threads, and what each may use. */
export interface ThreadOptions {
  /** Threads beside this one; 0: none; 'auto': as the input's size and the machine suggest. */
  readonly workers: number | 'auto'
  /** Milliseconds without progress after which a worker is killed. */
  readonly stallMs: number
  /** Heap of one worker in MiB, buffers not counted. */
  readonly heapMiB: number
}

/** Chooses where the inputs are scanned: on this thread, or on a pool of workers that share the image. */
export async function openExecutor(
  image: IndexImage,
  settings: ScanSettings,
  sieve: SharedSieve | null,
  inputs: readonly ClassifiedInput[],
  threads: ThreadOptions,
): Promise<ScanExecutor> {
  const streams = new Map(
    inputs.flatMap((input, source) => (input.chunks === null ? [] : [[source, input.chunks] as const])),
  )
  const isSmall = bytesToScan(inputs) < INLINE_BYTES
  const workers = threads.workers === 'auto' ? (isSmall ? 0 : availableParallelism()) : threads.workers
  // A stream can only be read where it was opened.
  if (workers === 0 || streams.size > 0) return openInlineExecutor(image, settings, sieve, streams)
  const { openPoolExecutor } = await import('./pool-executor.ts')
  return openPoolExecutor(toShared(image.bytes), settings, sieve, { ...threads, workers })
}

/** One compressed input keeps one thread busy, and another decodes for it either way: it counts as it is. */
function bytesToScan(inputs: readonly ClassifiedInput[]): number {
  return inputs.reduce((sum, { size, compression }) => {
    const isShared = compression !== 'none' && inputs.length > 1
    return sum + (size ?? 0) * (isShared ? USUAL_RATIO : 1)
  }, 0)
}

/** Bytes of an image in a kernel's memory are shared already. */
function toShared(bytes: Uint8Array): Uint8Array<SharedArrayBuffer> {
  if (isShared(bytes)) return bytes
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.byteLength))
  shared.set(bytes)
  return shared
}

function isShared(bytes: Uint8Array): bytes is Uint8Array<SharedArrayBuffer> {
  return bytes.buffer instanceof SharedArrayBuffer
}

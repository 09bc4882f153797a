import { PAGE_BYTES } from './kernel-layout.ts'
import { sharedMemory, type WasmMemory, webAssembly } from './web-assembly.ts'

/** Room for an image in a memory that a kernel can have; it stands by itself, so that reading can begin before a kernel is loaded. */
export interface ImageSpace {
  readonly memory: WasmMemory
  /** The image's place. */
  readonly bytes: Uint8Array<SharedArrayBuffer>
}

/** Room for an image of so many bytes, or null where there is no such memory. */
export function imageSpaceOf(byteLength: number): ImageSpace | null {
  if (webAssembly === null) return null
  try {
    const memory = sharedMemory(1 + Math.ceil(byteLength / PAGE_BYTES))
    return { memory, bytes: new Uint8Array(memory.buffer, PAGE_BYTES, byteLength) }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return null
  }
}

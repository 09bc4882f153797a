import { close, fstatSync, openSync, statSync } from 'node:fs'
import { type ImageSpace, imageSpaceOf } from '../engine/sieve/image-space.ts'
import { fillFromFile } from '../files/fill-from-file.ts'

/** True for references that name one compiled image and nothing else. */
export function nameOneImage(references: readonly string[]): boolean {
  const [name] = references
  return references.length === 1 && name !== undefined && /^(?!git:).*\.dfx$/.test(name)
}

/** The one reading of a process. */
let begun: { readonly path: string; readonly space: Promise<ImageSpace | null> } | null = null

/**
 * Begins to read an image on other threads, while this one loads the code that opens it: both take as long for a million
 * IOCs. Gives null where that cannot be; whoever then reads the file tells the reason. Who asks for the same image again gets
 * the same reading.
 */
export function readImageAhead(path: string): Promise<ImageSpace | null> {
  if (begun?.path !== path) begun = { path, space: readImage(path) }
  return begun.space
}

/**
 * Begins to read the image that the words of a command line seem to name as their only rules, before they are understood. Words
 * may mean something else: then a file was read for nothing.
 */
export function guessImage(words: readonly string[]): void {
  const [command] = words
  const at = words.findIndex((word) => word === '-r' || word === '--rules') + 1
  const name = words[at]
  const next = words[at + 1] ?? '-'
  if (command === 'replay' && at > 0 && name !== undefined && nameOneImage([name]) && next.startsWith('-'))
    void readImageAhead(name)
}

/** Reads an image into memory that a kernel can have, or gives null. */
export async function readImage(path: string): Promise<ImageSpace | null> {
  let file: number | null = null
  try {
    if (!statSync(path).isFile()) return null // a FIFO can be opened once
    file = openSync(path, 'r')
    const space = imageSpaceOf(fstatSync(file).size)
    return space !== null && (await fillFromFile(file, space.bytes)) ? space : null
  } catch {
    return null
  } finally {
    if (file !== null) close(file)
  }
}

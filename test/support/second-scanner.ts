/**
 * The lenient field scanner of semantics 2 a second time, from the text of the law alone. Slow on purpose: one
 * character after the other, the record as Latin-1 so that offsets are bytes, each string decoded as UTF-8 by itself.
 *
 * Where the section is silent: a run of other characters between the signs `{ } [ ] , : "` and white space is one
 * scalar and counts as a value; a container without a key in an object adds nothing to the path, and strings in it
 * need a key of their own; two strings before a comma in an array are both its element.
 */

/** A step of a path: a decoded key, or the index in an array. */
export type PathStep = string | number

/** A string value with the path that leads to it. */
export interface ScannedString {
  readonly path: readonly PathStep[]
  /** Escapes decoded, bytes that are not UTF-8 replaced by U+FFFD. */
  readonly text: string
  readonly repaired: boolean
}

/** A value that is no string: a scalar's characters as they stand, or null for an object. */
interface ScannedOther {
  readonly path: readonly PathStep[]
  readonly scalar: string | null
}

/** Everything a record holds under keys, in the order in which it stands there. */
export type ScannedValue =
  | { readonly is: 'string'; readonly string: ScannedString }
  | { readonly is: 'other'; readonly other: ScannedOther }

interface OpenContainer {
  readonly isArray: boolean
  /** What the container adds to the path of what stands in it. */
  readonly steps: readonly PathStep[]
  /** True when strings that stand directly in it are values: an array under a key. */
  readonly givesValues: boolean
  commaCount: number
  /** The key that waits for its first value. */
  key: string | null
  /** True from a key to the next comma: what else stands there belongs to nothing. */
  keySeen: boolean
}

const BLANKS = ' \t\n\r'
const SIGNS = '{}[],:"'

/** Lists the string values of a record with their paths. */
export function scanFields(record: Uint8Array): readonly ScannedString[] {
  return scanValues(record).flatMap((value) => (value.is === 'string' ? [value.string] : []))
}

/** Lists strings and all other values; `underKey` is for JSON inside a string, whose root stands under the field. */
export function scanValues(record: Uint8Array, underKey = false): readonly ScannedValue[] {
  const characters = Buffer.from(record).toString('latin1')
  const found: ScannedValue[] = []
  const ground: OpenContainer = openContainer(true, [], underKey)
  const stack: OpenContainer[] = []
  let at = 0
  while (at < characters.length) {
    const top = stack.at(-1) ?? ground
    const sign = characters.charAt(at)
    if (sign === '"') {
      const end = endOfString(characters, at)
      const string = decodeString(characters.slice(at + 1, end))
      at = end + 1
      if (isColonNext(characters, at)) {
        top.key = string.text
        top.keySeen = true
        continue
      }
      const path = takePath(top, stack)
      if (path !== null) found.push({ is: 'string', string: { path, ...string } })
    } else if (sign === '{' || sign === '[') {
      const path = takePath(top, stack)
      if (sign === '{' && path !== null) found.push({ is: 'other', other: { path, scalar: null } })
      const steps = path === null ? keylessSteps(top, stack) : path.slice(stepsOf(stack).length)
      stack.push(openContainer(sign === '[', steps, path !== null && sign === '['))
      at += 1
    } else if (sign === '}' || sign === ']') {
      top.key = null
      stack.pop()
      at += 1
    } else if (sign === ',') {
      top.key = null
      top.keySeen = false
      top.commaCount += 1
      at += 1
    } else if (sign === ':' || BLANKS.includes(sign)) {
      at += 1
    } else {
      let end = at
      while (end < characters.length && !(SIGNS + BLANKS).includes(characters.charAt(end))) end += 1
      const path = takePath(top, stack)
      const scalar = decodeUtf8(characters.slice(at, end))
      if (path !== null) found.push({ is: 'other', other: { path, scalar } })
      at = end
    }
  }
  return found
}

/** The keys of a path: array levels are not part of a field's path. */
export function keysOf(path: readonly PathStep[]): readonly string[] {
  return path.filter((step) => typeof step === 'string')
}

/** Prints a path: keys joined by dots, array elements as `[i]`. */
export function printPath(path: readonly PathStep[]): string {
  let printed = ''
  path.forEach((step, i) => {
    if (typeof step === 'number') printed += `[${step}]`
    else printed += i === 0 ? step : `.${step}`
  })
  return printed
}

/** Decodes what stands between two quotes, given as Latin-1: bytes first, then escapes. */
function decodeString(latin1: string): { readonly text: string; readonly repaired: boolean } {
  const bytes = Buffer.from(latin1, 'latin1')
  return { text: decodeEscapes(decodeUtf8(latin1)), repaired: !isUtf8(bytes) }
}

function decodeUtf8(latin1: string): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.from(latin1, 'latin1'))
}

/** True when the bytes are UTF-8. */
export function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

function openContainer(isArray: boolean, steps: readonly PathStep[], givesValues: boolean): OpenContainer {
  return { isArray, steps, givesValues, commaCount: 0, key: null, keySeen: false }
}

function stepsOf(stack: readonly OpenContainer[]): readonly PathStep[] {
  return stack.flatMap((container) => container.steps)
}

/** The path of a value that begins here, or null where it is a value of nothing. The key is used up. */
function takePath(top: OpenContainer, stack: readonly OpenContainer[]): readonly PathStep[] | null {
  const before = stepsOf(stack)
  const key = top.key
  if (key !== null) {
    top.key = null
    const index = top.isArray && stack.length > 0 ? [top.commaCount] : []
    return [...before, ...index, key]
  }
  if (!top.givesValues || top.keySeen) return null
  // The ground of JSON inside a string is the field itself: what stands there has the field's own path.
  return stack.length === 0 ? before : [...before, top.commaCount]
}

/** What a container adds to the path when it stands under no key. */
function keylessSteps(top: OpenContainer, stack: readonly OpenContainer[]): readonly PathStep[] {
  return top.isArray && stack.length > 0 ? [top.commaCount] : []
}

/** Where the string that begins at `start` ends: its closing quote, or the end of the record. */
function endOfString(characters: string, start: number): number {
  for (let at = start + 1; at < characters.length; at += 1) {
    if (characters.charAt(at) !== '"') continue
    let backslashCount = 0
    while (at - 1 - backslashCount > start && characters.charAt(at - 1 - backslashCount) === '\\')
      backslashCount += 1
    if (backslashCount % 2 === 0) return at
  }
  return characters.length
}

function isColonNext(characters: string, from: number): boolean {
  let at = from
  while (at < characters.length && BLANKS.includes(characters.charAt(at))) at += 1
  return characters.charAt(at) === ':'
}

function decodeEscapes(text: string): string {
  let decoded = ''
  let at = 0
  while (at < text.length) {
    if (text.charAt(at) !== '\\') {
      decoded += text.charAt(at)
      at += 1
      continue
    }
    const escape = text.slice(at, at + 6)
    if (/^\\u[0-9A-Fa-f]{4}$/.test(escape)) {
      decoded += String.fromCharCode(Number.parseInt(escape.slice(2), 16))
      at += 6
      continue
    }
    const meant = SHORT_ESCAPES.get(text.charAt(at + 1))
    // An invalid escape stays as it is: the backslash and what follows it.
    decoded += meant ?? text.slice(at, at + 2)
    at += 2
  }
  return decoded.toWellFormed()
}

const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

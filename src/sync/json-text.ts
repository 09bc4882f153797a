/** An object of a JSON text; its properties are read through `property` alone. */
export type JsonRecord = Readonly<Record<string, unknown>>

/** No reply of the API nests deeper than a handful; deeper ones only wear out whoever walks them. */
const DEPTH_LIMIT = 64

/** The value of a JSON text, or undefined when the text is no JSON, is cut, has something behind it, or nests too deep. */
export function parseJson(text: string): unknown {
  if (nestsTooDeep(text)) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}

/** True for objects, false for lists and everything else. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An own property; what an object inherits is nobody's data. */
export function property(record: JsonRecord, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

/** What a value is, for messages; the value itself is not shown. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  return `a ${typeof value}`
}

function nestsTooDeep(text: string): boolean {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x22: // "
        i = endOfString(text, i)
        break
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > DEPTH_LIMIT) return true
        break
      case 0x5d: // ]
      case 0x7d: // }
        depth--
        break
      default:
    }
  }
  return false
}

/** The place of the quote that ends the string beginning at `start`, or the end of a text that is cut. */
function endOfString(text: string, start: number): number {
  let i = start + 1
  for (; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === 0x5c) i++
    else if (unit === 0x22) break
  }
  return i
}

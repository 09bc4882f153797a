import type { Secret } from './secret.ts'

/** Shorter secrets would take ordinary words out of messages. */
const LEAST_LENGTH = 6
const PLACEHOLDER = '[secret]'
/** Bytes of a foreign text that may be shown at all; what is behind them is dropped before anything is searched. */
const TEXT_LIMIT = 65_536

/** A text with escapes undone, and where each of its characters began in the original. */
interface Decoded {
  readonly text: string
  /** One entry more than characters: the last is the end of the original. */
  readonly starts: readonly number[]
}

/**
 * Takes known secrets out of text that a server wrote, since a server may echo what it was sent: as they stand,
 * percent-encoded, JSON-escaped, in Base64 and Base64url at every alignment.
 */
export class Redactor {
  readonly #needles: Set<string> = new Set()

  /** From now on this secret is taken out of every text. */
  add(secret: Secret): void {
    const value = secret.reveal()
    if (value.length < LEAST_LENGTH) return
    for (const needle of needlesOf(value)) this.#needles.add(needle)
  }

  /** The text without any known secret. Texts over 64 KiB are cut. */
  redact(text: string): string {
    if (this.#needles.size === 0) return text.slice(0, TEXT_LIMIT)
    const longest = Math.max(...[...this.#needles].map((needle) => needle.length))
    const kept = text.slice(0, TEXT_LIMIT + longest * 6)
    const ranges = [asItStands(kept), percentDecoded(kept), jsonDecoded(kept)].flatMap((decoded) =>
      this.#rangesIn(decoded),
    )
    return withoutRanges(kept, ranges).slice(0, TEXT_LIMIT)
  }

  #rangesIn(decoded: Decoded): readonly (readonly [number, number])[] {
    const ranges: (readonly [number, number])[] = []
    for (const needle of this.#needles) {
      let at = decoded.text.indexOf(needle)
      while (at !== -1) {
        ranges.push([decoded.starts[at] ?? 0, decoded.starts[at + needle.length] ?? 0])
        at = decoded.text.indexOf(needle, at + 1)
      }
    }
    return ranges
  }
}

function needlesOf(value: string): readonly string[] {
  const bytes = Buffer.from(value, 'utf8')
  return [value, bytes.toString('latin1'), bytes.toString('hex'), ...base64Needles(bytes)]
}

/** The characters of Base64 that depend on the secret alone, for each of the three places it may begin at in a longer text. */
function base64Needles(bytes: Uint8Array): readonly string[] {
  return [0, 1, 2].flatMap((offset) => {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes])
    const text = padded.toString('base64').replace(/=+$/, '')
    const first = Math.ceil((offset * 8) / 6)
    const last = Math.floor((padded.length * 8) / 6)
    const core = text.slice(first, last)
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

function asItStands(text: string): Decoded {
  return { text, starts: Array.from({ length: text.length + 1 }, (_, i) => i) }
}

function percentDecoded(text: string): Decoded {
  return decoded(text, /%([0-9A-Fa-f]{2})/gy, (match) =>
    String.fromCharCode(Number.parseInt(match[1] ?? '', 16)),
  )
}

function jsonDecoded(text: string): Decoded {
  return decoded(text, /\\(?:u([0-9A-Fa-f]{4})|(["\\/bfnrt]))/gy, (match) =>
    match[1] === undefined
      ? (SHORT_ESCAPES.get(match[2] ?? '') ?? match[2] ?? '')
      : String.fromCharCode(Number.parseInt(match[1], 16)),
  )
}

const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

function decoded(text: string, escape: RegExp, decode: (match: RegExpExecArray) => string): Decoded {
  const characters: string[] = []
  const starts: number[] = []
  for (let i = 0; i < text.length;) {
    escape.lastIndex = i
    const match = escape.exec(text)
    characters.push(match === null ? text.charAt(i) : decode(match))
    starts.push(i)
    i += match === null ? 1 : match[0].length
  }
  return { text: characters.join(''), starts: [...starts, text.length] }
}

function withoutRanges(text: string, ranges: readonly (readonly [number, number])[]): string {
  const ordered = [...ranges].sort((a, b) => a[0] - b[0] || a[1] - b[1])
  let result = ''
  let end = 0
  for (const [start, stop] of ordered) {
    if (stop <= end) continue
    if (start >= end) result += `${text.slice(end, start)}${PLACEHOLDER}`
    end = stop
  }
  return result + text.slice(end)
}

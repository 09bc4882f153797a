/** Words that YAML reads as something else than a text, or that begin with a sign of it. */
const PLAIN = /^[A-Za-z_$][\w.$-]*$/
const WORDS = /^(?:true|false|null|yes|no|on|off|y|n)$/i
/** What JSON leaves as it stands and YAML does not print. */
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff]/g

/** A text for YAML: as it stands where nothing can mistake it, else in double quotes. */
export function quotedText(text: string): string {
  if (PLAIN.test(text) && !WORDS.test(text)) return text
  return JSON.stringify(text).replace(
    UNPRINTABLE,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** An object as a flow mapping on one line: `{ RemoteUrl: a.c2.example }`. */
export function flowMap(value: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(value).map(([key, member]) => `${quotedText(key)}: ${flowValue(member)}`)
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`
}

function flowValue(value: unknown): string {
  if (typeof value === 'string') return quotedText(value)
  if (Array.isArray(value)) return `[${value.map(flowValue).join(', ')}]`
  if (typeof value === 'object' && value !== null) return flowMap({ ...value })
  return JSON.stringify(value) ?? 'null'
}

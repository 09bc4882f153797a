import { excerpt } from './excerpt.ts'
import { OptionText } from './option-text.ts'
import { QueryError } from './query-error.ts'

/** Most UTF-16 units of a query string; an expression of 8 KiB has room even if every byte is escaped. */
const QUERY_LIMIT = 65_536

/** System options that are offered, for a set as a whole. */
const OFFERED: ReadonlySet<string> = new Set([
  '$filter',
  '$orderby',
  '$select',
  '$expand',
  '$top',
  '$skip',
  '$count',
  '$format',
  '$skiptoken',
])

/** System options of OData that the service does not have; they fail rather than being ignored. */
const DECLINED: ReadonlySet<string> = new Set([
  '$search',
  '$apply',
  '$compute',
  '$batch',
  '$deltatoken',
  '$id',
  '$index',
  '$levels',
  '$schemaversion',
])

/** Splits a query string into its system options; a service's own options (without `$`) are left out. */
export function splitQuery(query: string): Map<string, OptionText> {
  if (query.length > QUERY_LIMIT)
    refuse(0, `the query string is longer than ${QUERY_LIMIT} characters`, 'ask in several requests')
  const found = new Map<string, OptionText>()
  let start = 0
  while (start <= query.length) {
    const next = query.indexOf('&', start)
    const end = next < 0 ? query.length : next
    readPair(query.slice(start, end), start, found)
    start = end + 1
  }
  return found
}

/** Throws unless an option is offered, is in its place and stands there once. */
export function demandOption(
  name: string,
  seen: ReadonlyMap<string, OptionText>,
  place: { readonly option: string | null; readonly offset: number; readonly offered?: ReadonlySet<string> },
): void {
  const { option, offset, offered = OFFERED } = place
  const fault = { option, offset }
  if (seen.has(name))
    throw new QueryError({ ...fault, status: 400, message: `${name} stands twice`, fix: 'give it once' })
  if (offered.has(name)) return
  if (DECLINED.has(name))
    throw new QueryError({
      ...fault,
      status: 501,
      message: `${name} is not offered`,
      fix: `use ${[...offered].join(', ')}`,
    })
  const lower = name.toLowerCase()
  throw new QueryError({
    ...fault,
    status: 400,
    message: `there is no option "${excerpt(name)}" here`,
    fix: offered.has(lower) ? `options are lower case: ${lower}` : `use ${[...offered].join(', ')}`,
  })
}

function readPair(pair: string, offset: number, found: Map<string, OptionText>): void {
  const equals = pair.indexOf('=')
  const name = decode(equals < 0 ? pair : pair.slice(0, equals), offset)
  if (!name.startsWith('$')) return
  demandOption(name, found, { option: null, offset })
  if (equals < 0) refuse(offset + pair.length, `${name} has no value`, `write ${name}=…`)
  found.set(name, new OptionText(name, decode(pair.slice(equals + 1), offset + equals + 1)))
}

function decode(text: string, offset: number): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    const bad = /%(?![0-9A-Fa-f]{2})/.exec(text) ?? /%[89A-Fa-f]/.exec(text)
    return refuse(
      offset + (bad?.index ?? 0),
      'the percent-encoding is not that of a text in UTF-8',
      'write a percent sign as %25, other characters as the bytes of their UTF-8',
    )
  }
}

function refuse(offset: number, message: string, fix: string): never {
  throw new QueryError({ option: null, offset, status: 400, message, fix })
}

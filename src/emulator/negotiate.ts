import { ApiError } from './api-error.ts'

/** How much control information a JSON reply carries (ti-api 6.3). */
type MetadataLevel = 'none' | 'minimal' | 'full'

/** The JSON format that a client asked for. */
export interface JsonFormat {
  readonly metadata: MetadataLevel
  /** 64-bit integers as strings. */
  readonly isIeeeCompatible: boolean
}

/** What `Prefer` asked for (ti-api 6.2, 6.4). */
export interface Preferences {
  readonly isMinimal: boolean
  readonly isRepresentation: boolean
  readonly maxPageSize: number | null
}

interface MediaRange {
  readonly type: string
  readonly parameters: ReadonlyMap<string, string>
  readonly quality: number
}

const JSON_RANGES: ReadonlySet<string> = new Set(['application/json', 'application/*', '*/*'])
const XML_RANGES: ReadonlySet<string> = new Set(['application/xml', 'application/*', 'text/xml', '*/*'])
const HEADER_LIMIT = 4096
const MAX_SAFE_DIGITS = 15

/** The format of a JSON reply from `$format`, which wins, or `Accept`; 406 where neither can be met. */
export function jsonFormat(accept: string | null, format: string | null): JsonFormat {
  const asked = format === 'json' ? 'application/json' : format
  for (const range of rangesOf(asked ?? accept)) {
    const found = JSON_RANGES.has(range.type) ? formatOf(range) : null
    if (found !== null) return found
  }
  throw new ApiError(
    406,
    'NotAcceptable',
    'the reply is application/json with odata.metadata=none, minimal or full; ask for one of these.',
  )
}

/** Refuses a request for `$metadata` that takes no XML (ti-api 1.11). */
export function demandXml(accept: string | null, format: string | null): void {
  const asked = format === 'xml' ? 'application/xml' : format
  if (rangesOf(asked ?? accept).some((range) => XML_RANGES.has(range.type))) return
  throw new ApiError(406, 'NotAcceptable', 'the metadata is application/xml; ask for that.')
}

/** The Content-Type of a JSON reply, as the service's successor writes it (ti-api 1.12). */
export function contentTypeOf(format: JsonFormat): string {
  const ieee = format.isIeeeCompatible ? '; IEEE754Compatible=true' : ''
  return `application/json; odata.metadata=${format.metadata}; odata.streaming=true${ieee}; charset=utf-8`
}

/** Refuses a client that cannot read version 4.0 or speaks another one. */
export function checkVersions(headers: Headers): void {
  const newest = headers.get('odata-maxversion')
  if (
    newest !== null &&
    !/^(?:4\.[0-9]{1,3}|[5-9]\.[0-9]{1,3}|[1-9][0-9]{1,3}\.[0-9]{1,3})$/.test(newest.trim())
  ) {
    throw new ApiError(400, 'ODataError', 'OData-MaxVersion must be 4.0 or higher; the service speaks 4.0.')
  }
  const spoken = headers.get('odata-version')
  if (spoken !== null && !/^4\.0(?:1)?$/.test(spoken.trim())) {
    throw new ApiError(400, 'ODataError', 'OData-Version must be 4.0; the service speaks 4.0.')
  }
}

/** Reads `Prefer`; what is unknown or malformed is ignored, as preferences are. */
export function preferencesOf(headers: Headers): Preferences {
  const items = (headers.get('prefer') ?? '').slice(0, HEADER_LIMIT).toLowerCase().split(/[,;]/)
  const values = new Map<string, string>()
  for (const item of items) {
    const [name = '', value = ''] = item.split('=')
    const key = name.trim().replace(/^odata\./, '')
    // The first of two wins (RFC 7240, 2).
    if (!values.has(key)) values.set(key, value.trim().replaceAll('"', ''))
  }
  const size = values.get('maxpagesize') ?? ''
  const isSize = /^[0-9]+$/.test(size) && size.length <= MAX_SAFE_DIGITS && Number(size) > 0
  return {
    isMinimal: values.get('return') === 'minimal',
    isRepresentation: values.get('return') === 'representation',
    maxPageSize: isSize ? Number(size) : null,
  }
}

function formatOf(range: MediaRange): JsonFormat | null {
  const { parameters } = range
  const level = parameters.get('odata.metadata') ?? parameters.get('metadata') ?? 'minimal'
  if (level !== 'none' && level !== 'minimal' && level !== 'full') return null
  const charset = parameters.get('charset') ?? 'utf-8'
  if (charset !== 'utf-8' && charset !== 'utf8' && charset !== '*') return null
  return { metadata: level, isIeeeCompatible: parameters.get('ieee754compatible') === 'true' }
}

/** The media ranges by falling quality, of equal ones the more specific and then the earlier first. */
function rangesOf(accept: string | null): readonly MediaRange[] {
  if (accept === null || accept.trim() === '') return [{ type: '*/*', parameters: new Map(), quality: 1 }]
  const ranges = accept.slice(0, HEADER_LIMIT).split(',').map(rangeOf)
  return ranges
    .filter((range) => range.quality > 0)
    .sort((a, b) => b.quality - a.quality || Number(a.type.includes('*')) - Number(b.type.includes('*')))
}

function rangeOf(text: string): MediaRange {
  const [type = '', ...rest] = text.split(';')
  const parameters = new Map<string, string>()
  for (const parameter of rest) {
    const [name = '', value = ''] = parameter.split('=')
    parameters.set(name.trim().toLowerCase(), value.trim().replaceAll('"', '').toLowerCase())
  }
  const quality = Number(parameters.get('q') ?? '1')
  return { type: type.trim().toLowerCase(), parameters, quality: Number.isNaN(quality) ? 0 : quality }
}

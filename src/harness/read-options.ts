import type { Semantics } from '../model/semantics.ts'
import { MAX_RECORD_RANGE } from '../model/semantics.ts'
import type { TimeTicks } from '../model/time.ts'
import { parseTime, TICKS_PER_SECOND } from '../model/time.ts'
import type { DocumentContext } from '../rules/document-context.ts'
import { malformedTime, propertiesOf, readMember, readText, reportType } from '../rules/properties.ts'
import type { Property } from '../rules/properties.ts'
import { quoted } from '../rules/rule-node.ts'
import type { RuleNode } from '../rules/rule-node.ts'
import { readPlacedTexts, reportAt } from './test-context.ts'

/** Options of a test, named as the flags are. */
const OPTION_NAMES = [
  'hash-scope',
  'ip-scope',
  'domain-scope',
  'dns-answers',
  'domain-equals',
  'domain-suffix',
  'as-of',
  'activation',
  'group-window',
  'dedupe',
  'tables',
  'action-types',
  'fields',
  'validate',
  'max-record',
]

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** Reads the options of the matching law that a test or its file sets. */
export function readOptions(context: DocumentContext, node: RuleNode): Partial<Semantics> {
  if (node.kind !== 'map') {
    reportType(context, node, 'options', 'an object (names as the flags have them)', null)
    return {}
  }
  const properties = propertiesOf(context, node, {
    noun: 'options',
    known: OPTION_NAMES,
    misplaced: new Map([
      [
        'non-equals-hash',
        {
          code: 'RULE014',
          message: 'non-equals-hash says which rules are accepted and cannot differ between tests',
          fix: 'Give it as a flag, or in dryfire.config.yaml.',
        },
      ],
    ]),
  })
  const reader = new OptionReader(context, properties)
  const options: Partial<Writable<Semantics>> = {}
  reader.choice('hash-scope', ['object', 'both'], (value) => (options.hashScope = value))
  reader.choice('ip-scope', ['remote', 'all'], (value) => (options.ipScope = value))
  reader.choice('domain-scope', ['contact', 'all'], (value) => (options.domainScope = value))
  reader.choice('dns-answers', ['off', 'on'], (value) => (options.dnsAnswers = value))
  reader.choice('domain-equals', ['exact', 'subdomains'], (value) => (options.domainEquals = value))
  reader.choice('domain-suffix', ['textual', 'label'], (value) => (options.domainSuffix = value))
  reader.choice('activation', ['always', 'created', 'created+20m'], (value) => (options.activation = value))
  reader.choice('dedupe', ['on', 'off'], (value) => (options.dedupe = value))
  reader.choice('fields', ['mapped', 'any'], (value) => (options.fields = value))
  reader.choice('validate', ['lenient', 'strict'], (value) => (options.validate = value))
  reader.text('as-of', (property, text) => {
    const clock = asOf(context, property, text)
    if (clock !== null) options.asOf = clock
  })
  reader.text('group-window', (property, text) => {
    const window = groupWindow(context, property, text)
    if (window !== null) options.groupWindow = window
  })
  reader.text('max-record', (property, text) => {
    const bytes = recordCap(context, property, text)
    if (bytes !== null) options.maxRecordBytes = bytes
  })
  reader.names('tables', (names) => (options.tables = names))
  reader.names('action-types', (names) => (options.actionTypes = names))
  return options
}

class OptionReader {
  readonly #context: DocumentContext
  readonly #properties: ReadonlyMap<string, Property>

  constructor(context: DocumentContext, properties: ReadonlyMap<string, Property>) {
    this.#context = context
    this.#properties = properties
  }

  choice<const Choice extends string>(
    name: string,
    choices: readonly Choice[],
    set: (value: Choice) => void,
  ): void {
    const property = this.#properties.get(name)
    const value =
      property === undefined ? null : readMember<Choice>(this.#context, property, choices, 'TEST010')
    if (value !== null) set(value)
  }

  text(name: string, set: (property: Property, text: string) => void): void {
    const property = this.#properties.get(name)
    const text = property === undefined ? null : readText(this.#context, property)
    if (property !== undefined && text !== null) set(property, text)
  }

  names(name: string, set: (names: readonly string[]) => void): void {
    const property = this.#properties.get(name)
    if (property !== undefined)
      set(readPlacedTexts(this.#context, property, 'a name').map(({ text }) => text))
  }
}

function asOf(context: DocumentContext, { name, value }: Property, text: string): Semantics['asOf'] | null {
  if (text === 'event') return text
  if (text === 'now') {
    reportAt(context, value, {
      code: 'TEST016',
      message: 'a test has no wall clock: tomorrow it would say something else',
      fix: 'Write event, or a time like 2027-01-01T00:00:00Z.',
    })
    return null
  }
  const time = parseTime(text)
  if (time === null) reportAt(context, value, { code: 'TEST010', ...malformedTime(name, text) })
  return time
}

const SECONDS = new Map([
  ['s', 1n],
  ['m', 60n],
  ['h', 3600n],
  ['d', 86_400n],
])

function groupWindow(context: DocumentContext, { value }: Property, text: string): TimeTicks | null {
  const [, digits = '0', unit = 's'] = /^(\d{1,9})([smhd])$/.exec(text) ?? []
  const ticks = BigInt(digits) * (SECONDS.get(unit) ?? 0n) * TICKS_PER_SECOND
  if (ticks > 0n) return ticks
  reportAt(context, value, {
    code: 'TEST010',
    message: `group-window must be a length of time, found ${quoted(text)}`,
    fix: 'Write it like 24h, 90m or 7d.',
  })
  return null
}

const UNIT_BYTES = new Map([
  ['', 1],
  ['b', 1],
  ['kib', 1024],
  ['mib', 1_048_576],
  ['kb', 1000],
  ['mb', 1_000_000],
])

function recordCap(context: DocumentContext, { value }: Property, text: string): number | null {
  const [, digits, unit = ''] = /^(\d{1,12})\s*([A-Za-z]{0,3})$/.exec(text) ?? []
  const bytes = Number(digits ?? 'NaN') * (UNIT_BYTES.get(unit.toLowerCase()) ?? Number.NaN)
  if (bytes >= MAX_RECORD_RANGE.min && bytes <= MAX_RECORD_RANGE.max) return bytes
  reportAt(context, value, {
    code: 'TEST010',
    message: `max-record must be a size from 1KiB to 256MiB, found ${quoted(text)}`,
    fix: 'Write it like 16MiB.',
  })
  return null
}

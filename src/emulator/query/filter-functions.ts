import type { FunctionName, ValueType } from './filter-node.ts'

/** What a function takes and gives. A parameter is the set of kinds it accepts; null is accepted everywhere. */
export interface Signature {
  readonly name: FunctionName
  readonly parameters: readonly (readonly ValueType['kind'][])[]
  /** How many of the parameters must be there. */
  readonly leastCount: number
  readonly result: ValueType
}

const TEXT = ['String'] as const
const WHOLE = ['Int64'] as const
const TIME = ['DateTimeOffset'] as const
const DAY = ['DateTimeOffset', 'Date'] as const

const BOOLEAN: ValueType = { kind: 'Boolean' }
const STRING: ValueType = { kind: 'String' }
const INT64: ValueType = { kind: 'Int64' }

/** The functions that are offered, by name (ti-api 6.1). */
export const SIGNATURES: ReadonlyMap<string, Signature> = new Map(
  [
    signature('contains', [TEXT, TEXT], BOOLEAN),
    signature('startswith', [TEXT, TEXT], BOOLEAN),
    signature('endswith', [TEXT, TEXT], BOOLEAN),
    signature('indexof', [TEXT, TEXT], INT64),
    signature('length', [TEXT], INT64),
    signature('substring', [TEXT, WHOLE, WHOLE], STRING, 2),
    signature('tolower', [TEXT], STRING),
    signature('toupper', [TEXT], STRING),
    signature('trim', [TEXT], STRING),
    signature('concat', [TEXT, TEXT], STRING),
    signature('year', [DAY], INT64),
    signature('month', [DAY], INT64),
    signature('day', [DAY], INT64),
    signature('hour', [TIME], INT64),
    signature('minute', [TIME], INT64),
    signature('second', [TIME], INT64),
    signature('date', [TIME], { kind: 'Date' }),
    signature('now', [], { kind: 'DateTimeOffset' }),
  ].map((item) => [item.name, item]),
)

/** Functions that OData has and the service does not. */
export const DECLINED_FUNCTIONS: ReadonlySet<string> = new Set([
  'any',
  'all',
  'case',
  'cast',
  'ceiling',
  'floor',
  'fractionalseconds',
  'hassubsequence',
  'hassubset',
  'isof',
  'matchespattern',
  'maxdatetime',
  'mindatetime',
  'round',
  'time',
  'totaloffsetminutes',
  'totalseconds',
])

/** Names that earlier versions of OData gave to functions. */
export const FORMER_FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ['substringof', 'contains(text,part), where the text comes first'],
  ['replace', 'concat and substring'],
])

function signature(
  name: FunctionName,
  parameters: Signature['parameters'],
  result: ValueType,
  leastCount: number = parameters.length,
): Signature {
  return { name, parameters, result, leastCount }
}

import type { EntityType } from './entity-types.ts'
import { excerpt } from './excerpt.ts'
import type { OptionText } from './option-text.ts'
import type { ExpandOptions, QueryOptions } from './option-values.ts'
import { demandOption } from './query-string.ts'
import { splitOutside } from './split-outside.ts'

/** Most `$expand` within one another: each level multiplies an answer's size. */
const EXPAND_LEVELS = 3

const OF_ONE: ReadonlySet<string> = new Set(['$select', '$expand'])
const OF_MANY: ReadonlySet<string> = new Set([
  '$filter',
  '$orderby',
  '$select',
  '$expand',
  '$top',
  '$skip',
  '$count',
])

/** Reads options that were split; given by the caller, because options hold `$expand` and it holds options. */
type ReadOptions = (entity: EntityType, found: ReadonlyMap<string, OptionText>, level: number) => QueryOptions

/** Reads `$expand`: the entity's one navigation (or `*`), with its options in parentheses, separated by `;`. */
export function parseExpand(
  entity: EntityType,
  source: OptionText,
  level: number,
  readOptions: ReadOptions,
): ExpandOptions {
  const { navigation } = entity
  if (level > EXPAND_LEVELS)
    source.refuse(
      source.start,
      `$expand stands within more than ${EXPAND_LEVELS} others`,
      'expand less deeply',
    )
  const [item, second] = splitOutside(source, ',')
  if (item === undefined) return source.refuse(source.start, 'expected a name', `write ${navigation.name}`)
  if (second !== undefined)
    source.refuse(
      second.start,
      `${entity.name} leads to one other entity only`,
      `expand ${navigation.name} once`,
    )
  const name = demandNavigation(navigation.name, entity, item)
  const inner = demandParentheses(item, item.start + name.length)
  const offered = navigation.isCollection ? OF_MANY : OF_ONE
  const found = inner === null ? new Map<string, OptionText>() : splitNested(inner, offered)
  const options = readOptions(navigation.target, found, level)
  return { navigation: navigation.name, target: navigation.target, options }
}

function demandNavigation(expected: string, entity: EntityType, item: OptionText): string {
  const name = /^(?:\*|[^(/]*)/.exec(item.value)?.[0] ?? ''
  if (/[.@]/.test(name)) item.decline(item.start, 'types and annotations in $expand')
  if (name !== expected && name !== '*')
    item.refuse(
      item.start,
      `${entity.name} does not lead to "${excerpt(name)}"`,
      entity.properties.some((property) => property.name === name)
        ? 'name properties in $select'
        : `expand ${expected}`,
    )
  return name
}

function demandParentheses(item: OptionText, from: number): OptionText | null {
  if (from === item.end) return null
  if (item.text.charAt(from) === '/') item.decline(from, '/$ref, /$count and type names in $expand')
  if (item.text.charAt(from) !== '(' || item.text.charAt(item.end - 1) !== ')')
    item.refuse(from, 'expected options in parentheses', 'write them like Name($select=Id;$top=5)')
  return item.part(from + 1, item.end - 1)
}

function splitNested(inner: OptionText, offered: ReadonlySet<string>): Map<string, OptionText> {
  const found = new Map<string, OptionText>()
  for (const part of splitOutside(inner, ';')) {
    const equals = part.value.indexOf('=')
    const name = equals < 0 ? part.value : part.value.slice(0, equals)
    demandOption(name, found, { option: part.option, offset: part.start, offered })
    if (equals < 0) part.refuse(part.end, `${name} has no value`, `write ${name}=…`)
    found.set(name, part.part(part.start + equals + 1, part.end))
  }
  return found
}

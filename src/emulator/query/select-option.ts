import type { EntityType } from './entity-types.ts'
import type { OptionText } from './option-text.ts'
import type { ExpandOptions } from './option-values.ts'
import { refuseName } from './resolve-path.ts'
import { splitOutside } from './split-outside.ts'

/** A selection: the names it stands for, and how it was written, each name once. */
export interface Selection {
  readonly names: readonly string[] | null
  readonly asWritten: readonly string[] | null
}

/** Reads `$select`: names separated by commas; `*` stands for all properties. */
export function parseSelect(entity: EntityType, source: OptionText | null): Selection {
  if (source === null) return { names: null, asWritten: null }
  const names = new Set<string>()
  const asWritten = new Set<string>()
  for (const item of splitOutside(source, ',')) {
    const name = item.value
    if (name === '') source.refuse(item.start, 'expected the name of a property', 'write names like Id,Name')
    if (/[/(.@]/.test(name)) item.decline(item.start, 'paths, types, annotations and options in $select')
    const isKnown = name === entity.navigation.name || entity.properties.some((each) => each.name === name)
    if (name !== '*' && !isKnown) refuseName(entity, { name, offset: item.start }, source)
    asWritten.add(name)
    if (name === '*') for (const property of entity.properties) names.add(property.name)
    else names.add(name)
  }
  return { names: [...names], asWritten: [...asWritten] }
}

/**
 * What a context URL says of selection and expansion. An expanded entity is named where there is a selection, its own
 * or that around it; OData 4.0 names it nowhere else.
 */
export function contextText(asWritten: readonly string[] | null, expand: ExpandOptions | null): string {
  const items = (asWritten ?? []).filter((name) => name !== expand?.navigation)
  if (expand !== null && (asWritten !== null || expand.options.context !== ''))
    items.push(expand.navigation + (expand.options.context === '' ? '()' : expand.options.context))
  return items.length === 0 ? '' : `(${items.join(',')})`
}

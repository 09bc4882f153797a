import type { EntityType } from './entity-types.ts'
import { excerpt } from './excerpt.ts'
import type { PropertyNode } from './filter-node.ts'
import type { OptionText } from './option-text.ts'

/** One name of a path and where it stands. */
export interface PathSegment {
  readonly name: string
  readonly offset: number
}

/** Finds the property that a path leads to: one of the entity, or of the one entity it belongs to. */
export function resolvePath(
  entity: EntityType,
  segments: readonly PathSegment[],
  source: OptionText,
): PropertyNode {
  const [first, second, third] = segments
  if (first === undefined) return source.refuse(source.start, 'expected a path', 'name a property')
  for (const { name, offset } of segments)
    if (name.includes('.')) source.decline(offset, 'names of types and of functions in paths')
  const { navigation } = entity
  if (first.name !== navigation.name) {
    if (second === undefined) return findProperty(entity, 'self', first, source)
    findProperty(entity, 'self', first, source)
    return source.refuse(
      second.offset,
      `${first.name} has no properties of its own`,
      `write ${first.name} only`,
    )
  }
  if (navigation.isCollection) return source.decline(first.offset, `conditions over ${first.name} (any, all)`)
  if (second === undefined)
    return source.refuse(
      first.offset,
      `${first.name} is an entity and no value`,
      `name a property of it, like ${first.name}/Id`,
    )
  if (second.name === navigation.target.navigation.name)
    return source.decline(second.offset, `conditions over ${second.name} (any, all)`)
  if (third !== undefined)
    return source.refuse(
      third.offset,
      `${second.name} has no properties of its own`,
      `end the path at ${second.name}`,
    )
  return findProperty(navigation.target, 'parent', second, source)
}

function findProperty(
  entity: EntityType,
  owner: PropertyNode['owner'],
  segment: PathSegment,
  source: OptionText,
): PropertyNode {
  const { name, offset } = segment
  const property = entity.properties.find((candidate) => candidate.name === name)
  if (property === undefined) return refuseName(entity, segment, source)
  return { kind: 'property', owner, property, type: property.type, offset, depth: 0 }
}

/** Throws that the entity has no such property, with the name that was likely meant. */
export function refuseName(entity: EntityType, segment: PathSegment, source: OptionText): never {
  const names = [...entity.properties.map((property) => property.name), entity.navigation.name]
  const lower = segment.name.toLowerCase()
  const meant = names.find((name) => name.toLowerCase() === lower)
  return source.refuse(
    segment.offset,
    `${entity.name} has no property ${excerpt(segment.name)}`,
    meant === undefined ? `use one of ${names.join(', ')}` : `names are case-sensitive: ${meant}`,
  )
}

import type { EntityType } from './entity-types.ts'
import type { FilterNode, LiteralNode, ValueType } from './filter-node.ts'

/** The type's name in messages. */
export function typeName(type: ValueType): string {
  return type.kind === 'Enum' ? `the enum ${type.name}` : type.kind === 'Null' ? 'null' : `Edm.${type.kind}`
}

/** Whether values of both types are compared as they are; null is compared with everything. */
export function isComparable(left: ValueType, right: ValueType): boolean {
  if (left.kind === 'Null' || right.kind === 'Null') return true
  if (left.kind === 'Enum') return right.kind === 'Enum' && left.name === right.name
  return left.kind === right.kind || (isNumber(left) && isNumber(right))
}

/** Int64 or Double. */
export function isNumber(type: ValueType): boolean {
  return type.kind === 'Int64' || type.kind === 'Double'
}

/** The index of a member whose case does not count; null where there is none. */
export function memberIndex(members: readonly string[], name: string): bigint | null {
  const wanted = name.toLowerCase()
  const index = members.findIndex((member) => member.toLowerCase() === wanted)
  return index < 0 ? null : BigInt(index)
}

/** A quoted text beside an enum is one of its members. Null where it is none of them; others stay as they are. */
export function asMemberOf(type: ValueType, node: FilterNode): FilterNode | null {
  if (type.kind !== 'Enum' || node.kind !== 'literal' || typeof node.value !== 'string') return node
  const value = memberIndex(type.members, node.value)
  const literal: LiteralNode | null = value === null ? null : { ...node, type, value }
  return literal
}

/** Finds an enum by its name among the types of the entity and of what it leads to. */
export function findEnum(entity: EntityType, name: string): ValueType | null {
  for (const { type } of [...entity.properties, ...entity.navigation.target.properties])
    if (type.kind === 'Enum' && type.name === name) return type
  return null
}

import { DEFINITION_ATTRIBUTES } from '../../model/alert-definition.ts'
import type { AlertDefinition } from '../../model/alert-definition.ts'
import type { DefinitionBody, DefinitionPatch, RemoteDefinition } from '../entities.ts'

/** A difference that one PATCH mends. */
export interface DefinitionDifference {
  /** What the service holds now; a missing text is empty. */
  readonly before: DefinitionPatch
  readonly patch: DefinitionPatch
}

/** The properties that a definition of the rules is uploaded with. */
export function definitionBody(definition: AlertDefinition): DefinitionBody {
  const { Name, Title, Severity, Category, UxDescription } = definition
  const { RecommendedAction, InternalDescription, Enabled } = definition
  return { Name, Title, Severity, Category, UxDescription, RecommendedAction, InternalDescription, Enabled }
}

/**
 * What PATCH must change on a remote definition, or null. Members of enumerations count in any case, and an empty text
 * counts as none: a service that stores the one for the other would else be patched for ever.
 */
export function compareDefinition(
  desired: DefinitionBody,
  remote: RemoteDefinition,
): DefinitionDifference | null {
  const held = writable(remote)
  const before: Draft = {}
  const patch: Draft = {}
  for (const name of DEFINITION_ATTRIBUTES) {
    if (isSame(name, desired[name], held[name])) continue
    copyProperty(name, held, before)
    copyProperty(name, desired, patch)
  }
  return Object.keys(patch).length === 0 ? null : { before, patch }
}

type Draft = { -readonly [Name in keyof DefinitionPatch]: DefinitionPatch[Name] }

function isSame(
  name: keyof DefinitionPatch,
  desired: DefinitionBody[keyof DefinitionBody],
  held: typeof desired,
): boolean {
  if (typeof desired === 'boolean' || typeof held === 'boolean') return desired === held
  const isMember = name === 'Severity' || name === 'Category'
  const [left, right] = [desired ?? '', held ?? '']
  return isMember ? left.toLowerCase() === right.toLowerCase() : left === right
}

function writable(remote: RemoteDefinition): Required<DefinitionPatch> {
  const { Title, Severity, Category, RecommendedAction, InternalDescription, Enabled } = remote
  const UxDescription = remote.UxDescription ?? ''
  return { Title, Severity, Category, UxDescription, RecommendedAction, InternalDescription, Enabled }
}

function copyProperty<Name extends keyof DefinitionPatch>(
  name: Name,
  from: Required<DefinitionPatch>,
  to: Draft,
): void {
  to[name] = from[name]
}

import { assertNever } from '../../model/assert-never.ts'
import { parseTime } from '../../model/time.ts'
import type { DefinitionBody, DefinitionPatch, IndicatorBody, IndicatorPatch } from '../entities.ts'
import { countOf, JsonFields, ShapeError, textItem } from './json-fields.ts'
import type {
  Change,
  DefinitionReference,
  FallingIndicator,
  Kept,
  Plan,
  PlanBasis,
  QuotaForecast,
  RulePlace,
} from '../plan.ts'
import { QUOTA_NAMES } from '../../model/quotas.ts'

const SHA256 = /^[0-9a-f]{64}$/

const CHANGE_KINDS = [
  'create-definition',
  'patch-definition',
  'patch-indicator',
  'create-indicator',
  'rebind-indicator',
  'delete-indicator',
  'delete-definition',
] as const satisfies readonly Change['kind'][]

/** Reads a plan out of parsed JSON: every property checked, none left over. Throws a ShapeError. */
export function planOfShape(value: unknown): Plan {
  const fields = new JsonFields(value, 'plan')
  const schemaVersion = fields.count('schemaVersion')
  if (schemaVersion !== 1) throw new ShapeError('plan.schemaVersion must be 1')
  const plan: Plan = {
    schemaVersion,
    basis: nested(fields, 'basis', basis),
    changes: fields.list('changes', change),
    kept: fields.list('kept', kept),
    quotas: fields.list('quotas', quota),
    deletes: fields.count('deletes'),
    claims: fields.list('claims', textItem),
    digest: sha256(fields, 'digest'),
  }
  fields.end()
  return plan
}

function basis(value: unknown, path: string): PlanBasis {
  return whole(value, path, (fields) => ({
    api: fields.text('api'),
    tenant: fields.text('tenant'),
    toolVersion: fields.text('toolVersion'),
    createdAt: time(fields, 'createdAt'),
    expiresAt: time(fields, 'expiresAt'),
    rules: nested(fields, 'rules', ruleBasis),
    remote: nested(fields, 'remote', remoteBasis),
    flags: nested(fields, 'flags', flags),
  }))
}

function ruleBasis(value: unknown, path: string): PlanBasis['rules'] {
  return whole(value, path, (fields) => ({
    references: fields.list('references', textItem),
    files: fields.list('files', (file, filePath) =>
      whole(file, filePath, (inner) => ({ path: inner.text('path'), sha256: sha256(inner, 'sha256') })),
    ),
  }))
}

function remoteBasis(value: unknown, path: string): PlanBasis['remote'] {
  return whole(value, path, (fields) => ({
    ownedDigest: sha256(fields, 'ownedDigest'),
    ownedDefinitionIds: fields.list('ownedDefinitionIds', countOf),
    ownedIndicatorIds: fields.list('ownedIndicatorIds', countOf),
    maxDefinitionId: fields.count('maxDefinitionId'),
    maxIndicatorId: fields.count('maxIndicatorId'),
    unmanagedDefinitions: fields.count('unmanagedDefinitions'),
    unmanagedIndicators: fields.count('unmanagedIndicators'),
    opaqueIndicators: fields.count('opaqueIndicators'),
  }))
}

function flags(value: unknown, path: string): PlanBasis['flags'] {
  return whole(value, path, (fields) => ({
    prune: fields.boolean('prune'),
    deleteFirst: fields.boolean('deleteFirst'),
    adopt: fields.list('adopt', textItem),
    owned: nested(fields, 'owned', (owned, ownedPath) =>
      whole(owned, ownedPath, (inner) => ({
        prefix: inner.textOrNull('prefix'),
        names: inner.list('names', textItem),
      })),
    ),
  }))
}

function change(value: unknown, path: string): Change {
  return whole(value, path, (fields) => changeOfKind(fields))
}

function changeOfKind(fields: JsonFields): Change {
  const kind = fields.word('kind', CHANGE_KINDS)
  switch (kind) {
    case 'create-definition':
      return { kind, body: nested(fields, 'body', definitionBody), place: place(fields) }
    case 'patch-definition':
      return {
        kind,
        Id: fields.count('Id'),
        Name: fields.text('Name'),
        before: nested(fields, 'before', definitionPatch),
        patch: nested(fields, 'patch', definitionPatch),
        place: place(fields),
      }
    case 'patch-indicator':
      return {
        kind,
        Id: fields.count('Id'),
        definition: nested(fields, 'definition', reference),
        ioc: nested(fields, 'ioc', indicatorBody),
        before: nested(fields, 'before', indicatorPatch),
        patch: nested(fields, 'patch', indicatorPatch),
        place: place(fields),
      }
    case 'create-indicator':
      return {
        kind,
        definition: nested(fields, 'definition', reference),
        body: nested(fields, 'body', indicatorBody),
        place: place(fields),
      }
    case 'rebind-indicator':
      return {
        kind,
        Id: fields.count('Id'),
        from: nested(fields, 'from', reference),
        to: nested(fields, 'to', reference),
        ioc: nested(fields, 'ioc', indicatorBody),
        place: place(fields),
      }
    case 'delete-indicator':
      return {
        kind,
        Id: fields.count('Id'),
        definition: nested(fields, 'definition', reference),
        ioc: nested(fields, 'ioc', indicatorBody),
      }
    case 'delete-definition':
      return {
        kind,
        Id: fields.count('Id'),
        Name: fields.text('Name'),
        cascade: fields.list('cascade', fallingIndicator),
      }
    default:
      return assertNever(kind)
  }
}

function fallingIndicator(value: unknown, path: string): FallingIndicator {
  return whole(value, path, (fields) => ({
    Id: fields.count('Id'),
    Type: fields.text('Type'),
    DetectionFunction: fields.text('DetectionFunction'),
    Value: fields.text('Value'),
  }))
}

function definitionBody(value: unknown, path: string): DefinitionBody {
  return whole(value, path, (fields) => ({
    Name: fields.text('Name'),
    Title: fields.text('Title'),
    Severity: fields.text('Severity'),
    Category: fields.text('Category'),
    UxDescription: fields.text('UxDescription'),
    RecommendedAction: fields.textOrNull('RecommendedAction'),
    InternalDescription: fields.textOrNull('InternalDescription'),
    Enabled: fields.boolean('Enabled'),
  }))
}

function definitionPatch(value: unknown, path: string): DefinitionPatch {
  return whole(value, path, (fields) => ({
    ...(fields.has('Title') ? { Title: fields.text('Title') } : {}),
    ...(fields.has('Severity') ? { Severity: fields.text('Severity') } : {}),
    ...(fields.has('Category') ? { Category: fields.text('Category') } : {}),
    ...(fields.has('UxDescription') ? { UxDescription: fields.text('UxDescription') } : {}),
    ...(fields.has('RecommendedAction') ? { RecommendedAction: fields.textOrNull('RecommendedAction') } : {}),
    ...(fields.has('InternalDescription')
      ? { InternalDescription: fields.textOrNull('InternalDescription') }
      : {}),
    ...(fields.has('Enabled') ? { Enabled: fields.boolean('Enabled') } : {}),
  }))
}

function indicatorBody(value: unknown, path: string): IndicatorBody {
  return whole(value, path, (fields) => ({
    Type: fields.text('Type'),
    DetectionFunction: fields.text('DetectionFunction'),
    Value: fields.text('Value'),
    ExpiresAt: timeOrNull(fields, 'ExpiresAt'),
    Enabled: fields.boolean('Enabled'),
  }))
}

function indicatorPatch(value: unknown, path: string): IndicatorPatch {
  return whole(value, path, (fields) => ({
    ...(fields.has('Enabled') ? { Enabled: fields.boolean('Enabled') } : {}),
    ...(fields.has('ExpiresAt') ? { ExpiresAt: timeOrNull(fields, 'ExpiresAt') } : {}),
  }))
}

function reference(value: unknown, path: string): DefinitionReference {
  return whole(value, path, (fields) => ({ Name: fields.text('Name'), Id: fields.countOrNull('Id') }))
}

function kept(value: unknown, path: string): Kept {
  return whole(value, path, (fields) => ({
    what: fields.word('what', ['definition', 'indicator']),
    Id: fields.count('Id'),
    definition: nested(fields, 'definition', reference),
    ioc: nestedOrNull(fields, 'ioc', indicatorBody),
  }))
}

function quota(value: unknown, path: string): QuotaForecast {
  return whole(value, path, (fields) => ({
    name: fields.word('name', QUOTA_NAMES),
    limit: fields.count('limit'),
    assumed: fields.boolean('assumed'),
    before: fields.count('before'),
    peak: fields.count('peak'),
    after: fields.count('after'),
  }))
}

function place(fields: JsonFields): RulePlace | null {
  return nestedOrNull(fields, 'place', (value, path) =>
    whole(value, path, (inner) => ({
      file: inner.text('file'),
      line: inner.count('line'),
      column: inner.count('column'),
    })),
  )
}

type Reader<Value> = (value: unknown, path: string) => Value

function whole<Value>(value: unknown, path: string, read: (fields: JsonFields) => Value): Value {
  const fields = new JsonFields(value, path)
  const result = read(fields)
  fields.end()
  return result
}

function nested<Value>(fields: JsonFields, name: string, read: Reader<Value>): Value {
  const { value, path } = fields.take(name)
  return read(value, path)
}

function nestedOrNull<Value>(fields: JsonFields, name: string, read: Reader<Value>): Value | null {
  const { value, path } = fields.take(name)
  return value === null ? null : read(value, path)
}

function sha256(fields: JsonFields, name: string): string {
  const text = fields.text(name)
  if (!SHA256.test(text)) throw new ShapeError(`${name} must be a SHA-256 in lower-case hex`)
  return text
}

function time(fields: JsonFields, name: string): string {
  const text = fields.text(name)
  if (parseTime(text) === null) throw new ShapeError(`${name} must be a date and time (ISO 8601)`)
  return text
}

function timeOrNull(fields: JsonFields, name: string): string | null {
  const { value, path } = fields.take(name)
  const text = value === null ? null : textItem(value, path)
  // A time past the year 9999, which ISO 8601 writes with a sign, is what rules in another zone can reach.
  if (text !== null && parseTime(text.replace(/^[+-]\d\d(?=\d{4}-)/, '')) === null)
    throw new ShapeError(`${path} must be a date and time (ISO 8601)`)
  return text
}

import type { RuleFile } from '../../rules/parse-rules.ts'
import type { RemoteDefinition, RemoteIndicator, RemoteState } from '../entities.ts'

/** Indicators of one file: well below what the rules' reader takes in one document. */
const FILE_INDICATORS = 50_000

/** The name of the reply that holds the definitions. */
export const DEFINITIONS_REPLY = 'tenant:AlertDefinitions.json'

/** The line of a reply on which its first entity stands; one follows on each further line. */
export const FIRST_REPLY_LINE = 2

/**
 * A tenant as the collection replies of its API, for `-r tenant:`: the rules' own reader then judges every value, keeps
 * what it refuses as opaque, and names the source `tenant:`. Definitions and indicators refer to each other by Id.
 */
export function replyFiles(remote: RemoteState): readonly RuleFile[] {
  const definitions = { name: DEFINITIONS_REPLY, items: remote.definitions.map(definitionReply) }
  const indicators = remote.indicators.map(indicatorReply)
  const parts = Array.from({ length: Math.ceil(indicators.length / FILE_INDICATORS) }, (_, i) => ({
    name: `tenant:IndicatorsOfCompromise-${String(i + 1).padStart(4, '0')}.json`,
    items: indicators.slice(i * FILE_INDICATORS, (i + 1) * FILE_INDICATORS),
  }))
  return [definitions, ...parts].map(({ name, items }) => ({ name, bytes: replyBytes(items) }))
}

/** One entity a line, so that a diagnostic shows the entity and not the tenant. */
function replyBytes(items: readonly object[]): Uint8Array {
  const lines = items.map((item) => JSON.stringify(item)).join(',\n')
  return new TextEncoder().encode(`{"value":[\n${lines}\n]}\n`)
}

function definitionReply(definition: RemoteDefinition): object {
  const { Id, Name, Title, Severity, Category, RecommendedAction, InternalDescription, Enabled } = definition
  // The API lets a definition have no UxDescription, rules do not; matching does not depend on it.
  const isMissing = (definition.UxDescription ?? '').trim() === ''
  const UxDescription = isMissing ? Title : definition.UxDescription
  return {
    Id,
    Name,
    Title,
    Severity,
    Category,
    UxDescription,
    RecommendedAction,
    InternalDescription,
    Enabled,
  }
}

function indicatorReply(indicator: RemoteIndicator): object {
  const { Id, Type, DetectionFunction, Value, ExpiresAt, CreatedAt, Enabled, definitionId } = indicator
  return {
    Id,
    Type,
    DetectionFunction,
    Value,
    ExpiresAt,
    CreatedAt,
    Enabled,
    'AlertDefinition@odata.bind': `AlertDefinitions(${definitionId})`,
  }
}

import { definitionNames, readDefinition } from './definition-form.ts'
import { spotOf } from './document-context.ts'
import type { DocumentContext } from './document-context.ts'
import type { Binding } from './indicator-form.ts'
import { propertiesOf, readText, reportType } from './properties.ts'
import type { Property } from './properties.ts'
import { quoted } from './rule-node.ts'
import type { MapNode } from './rule-node.ts'
import type { RuleSetDraft } from './rule-set-draft.ts'

const BIND = 'AlertDefinition@odata.bind'
/** The name in the first edition of the API's page; old scripts still send it (ti-api 1.4). */
const OLD_BIND = 'AlertDefinitions@odata.bind'

/** Relative to the service root, or absolute; the host is not judged, since nothing is ever fetched from it. */
const BIND_VALUE = /^(?:https?:\/\/[^\s?#]*\/|\/)?AlertDefinitions\((\d{1,15})\)$/

/** The definition that an indicator of an API body belongs to, by `@odata.bind` or expanded; null after a diagnostic. */
export function readReferencedDefinition(
  context: DocumentContext,
  item: MapNode,
  properties: ReadonlyMap<string, Property>,
  draft: RuleSetDraft,
): Binding | null {
  const expanded = properties.get('AlertDefinition')
  if (expanded !== undefined) return readExpansion(context, expanded, draft)
  const current = properties.get(BIND)
  const old = properties.get(OLD_BIND)
  const bind = current ?? old
  if (bind === undefined) {
    context.diagnostics.error(spotOf(context, item.entries[0]?.keyRange ?? item), {
      code: 'IOC004',
      message: 'the IOC does not say which alert definition it belongs to',
      fix:
        context.form === 'reply'
          ? 'Fetch the IOCs with $expand=AlertDefinition.'
          : `Add "${BIND}": "AlertDefinitions(1)", or use the native form.`,
    })
    return null
  }
  if (bind === old) {
    context.diagnostics.warn(spotOf(context, bind.keyRange), {
      code: 'IOC007',
      message: `${OLD_BIND} is the old name of ${BIND}`,
      fix: `Write ${BIND}.`,
    })
  } else if (old !== undefined) {
    context.diagnostics.error(spotOf(context, old.keyRange), {
      code: 'IOC006',
      message: `${OLD_BIND} stands beside ${BIND}`,
      fix: `Delete ${OLD_BIND}.`,
    })
    return null
  }
  return readBind(context, bind)
}

function readBind(context: DocumentContext, bind: Property): Binding | null {
  const text = readText(context, bind)
  if (text === null) return null
  const digits = BIND_VALUE.exec(text)?.[1]
  const spot = spotOf(context, bind.value)
  if (digits !== undefined) return { kind: 'id', id: Number(digits), spot }
  context.diagnostics.error(spot, {
    code: 'IOC006',
    message: `${bind.name} must be like AlertDefinitions(1), found ${quoted(text)}`,
    fix: "Write AlertDefinitions( and the definition's Id and ).",
  })
  return null
}

function readExpansion(context: DocumentContext, { value }: Property, draft: RuleSetDraft): Binding | null {
  if (value.kind !== 'map') {
    reportType(
      context,
      value,
      'AlertDefinition',
      'an alert definition',
      `Use "${BIND}" to name one by its Id.`,
    )
    return null
  }
  const text = context.source.text.slice(value.start, value.end)
  const known = draft.indexOfExpansion(text)
  if (known !== null) return { kind: 'index', index: known }
  const properties = propertiesOf(context, value, definitionNames(context))
  const reading = readDefinition(context, value, properties)
  return { kind: 'index', index: draft.addExpansion(text, reading, context.diagnostics) }
}

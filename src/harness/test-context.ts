import type { SourceSpan } from '../model/diagnostic.ts'
import type { Finding } from '../rules/diagnostic-list.ts'
import { spotOf } from '../rules/document-context.ts'
import type { DocumentContext } from '../rules/document-context.ts'
import { reportType } from '../rules/properties.ts'
import type { Property } from '../rules/properties.ts'
import type { NodeRange, RuleNode } from '../rules/rule-node.ts'
import type { PlacedText } from './test-file.ts'

/** Reports a mistake at a node of a test file. */
export function reportAt(context: DocumentContext, range: NodeRange, finding: Finding): void {
  context.diagnostics.error(spotOf(context, range), finding)
}

/** The span of a node of a test file. */
export function spanOf(context: DocumentContext, range: NodeRange): SourceSpan {
  return context.source.spanOf(range.start, range.end)
}

/** The elements of a property that is a list, or a single element that stands for a list of one. */
export function itemsOf(property: Property | undefined): readonly RuleNode[] {
  if (property === undefined || property.value.kind === 'null') return []
  return property.value.kind === 'list' ? property.value.items : [property.value]
}

/** A text with its place; null after a diagnostic. Numbers without quotes in YAML are the text that stands there. */
export function readPlacedText(
  context: DocumentContext,
  node: RuleNode,
  subject: string,
  expected: string,
): PlacedText | null {
  if (node.kind === 'text' && node.value !== '') return { text: node.value, span: spanOf(context, node) }
  if (node.kind === 'number' && context.notation === 'yaml')
    return { text: node.text, span: spanOf(context, node) }
  reportType(context, node, subject, expected, null)
  return null
}

/** The texts of a property; what is no text is reported. */
export function readPlacedTexts(
  context: DocumentContext,
  property: Property | undefined,
  expected: string,
): readonly PlacedText[] {
  const subject =
    property?.value.kind === 'list' ? `each element of ${property.name}` : (property?.name ?? '')
  return itemsOf(property).flatMap((item) => readPlacedText(context, item, subject, expected) ?? [])
}

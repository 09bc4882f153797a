import { compileRules } from '../../../../src/engine/compile-rules.ts'
import { IndexImage } from '../../../../src/engine/image-reader.ts'
import { Matcher } from '../../../../src/engine/matcher.ts'
import { classify } from '../../../../src/logs/classify.ts'
import type { EventExplanation } from '../../../../src/model/explanation.ts'
import type { RuleSet } from '../../../../src/model/rule-set.ts'
import type { Semantics } from '../../../../src/model/semantics.ts'
import { DEFAULT_SEMANTICS } from '../../../../src/model/semantics.ts'
import { explainInput } from '../../../../src/replay/explain/explain-input.ts'
import type { ExplainContext } from '../../../../src/replay/explain/explain-observables.ts'
import { buildRuleSet, type RuleRow } from '../../../support/rule-set-builder.ts'

/** Compiled rules of the given rows, ready to be asked under the given semantics. */
export function contextOf(rows: readonly RuleRow[], changed: Partial<Semantics> = {}): ExplainContext {
  return contextOfRules(buildRuleSet(rows), changed)
}

export function contextOfRules(rules: RuleSet, changed: Partial<Semantics> = {}): ExplainContext {
  const semantics = { ...DEFAULT_SEMANTICS, ...changed }
  const image = IndexImage.open(compileRules(rules).image)
  return { image, matcher: Matcher.open(image, semantics), semantics }
}

/** The explanations of the events in a log given as text. */
export async function explainLogText(
  text: string,
  context: ExplainContext,
): Promise<readonly EventExplanation[]> {
  const bytes = new TextEncoder().encode(text)
  const { fields } = context.semantics
  const classification = classify(bytes, true, { logFormat: null, userMap: null, fields, table: null })
  if (classification.fieldMap === null) throw new Error('the log of this test is of no known format')
  const events: EventExplanation[] = []
  await explainInput(
    { name: 'day.ndjson', compression: 'none', classification },
    oneChunk(bytes),
    classification.fieldMap,
    context,
    { table: null, onEvent: (event) => events.push(event) },
  )
  return events
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** A streamed record of advanced hunting as one line. */
export function streamed(table: string, properties: Readonly<Record<string, unknown>>): string {
  const row = {
    Timestamp: '2026-11-02T09:20:34.2720450Z',
    DeviceId: 'd1',
    DeviceName: 'ws-1.harbour.example',
  }
  return JSON.stringify({
    time: '2026-11-02T09:26:34Z',
    category: `AdvancedHunting-${table}`,
    properties: { ...row, ...properties },
  })
}

import { compareUtf8 } from '../../model/compare-utf8.ts'
import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../../model/indicator.ts'
import { parseTime } from '../../model/time.ts'
import type { IndicatorBody, RemoteDefinition, RemoteIndicator, RemoteState } from '../entities.ts'
import { canonicalBody } from '../plan/held-indicator.ts'
import { ruleFileNames } from './rule-file-names.ts'
import { yamlQuoted, yamlValue, yamlWord } from './yaml-text.ts'

/** A file to write: `name` has no folder in it. */
export interface PrintedFile {
  readonly name: string
  readonly text: string
}

/**
 * More indicators than these go into a CSV beside the rules: one a line in both, but a person who reviews a definition
 * should not have to scroll past its feed, and the list's reader is made for millions.
 */
export const INLINE_IOC_LIMIT = 200

/**
 * Writes a tenant as native rule files, one for each definition, that `parseRules` reads back to the same rules.
 * The same state gives the same bytes: nothing of Ids, times of change or the order of replies is in them. Values that
 * the rules refuse stand under `opaque:` as the service has them (sync 4).
 */
export function printRuleFiles(remote: RemoteState): readonly PrintedFile[] {
  const names = ruleFileNames(remote.definitions)
  const bound = new Map<number, RemoteIndicator[]>(remote.definitions.map(({ Id }) => [Id, []]))
  for (const indicator of remote.indicators) bound.get(indicator.definitionId)?.push(indicator)
  return remote.definitions
    .flatMap((definition) =>
      printDefinition(definition, bound.get(definition.Id) ?? [], names.get(definition.Id) ?? ''),
    )
    .sort((a, b) => compareUtf8(a.name, b.name))
}

/** How many indicators of a tenant the rules refuse (sync 4). */
export function countOpaque({ indicators }: RemoteState): number {
  return indicators.filter((indicator) => printableBody(indicator) === null).length
}

function printDefinition(
  definition: RemoteDefinition,
  indicators: readonly RemoteIndicator[],
  name: string,
): readonly PrintedFile[] {
  const iocs: IndicatorBody[] = []
  const opaque: RemoteIndicator[] = []
  for (const indicator of indicators) {
    const body = printableBody(indicator)
    if (body === null) opaque.push(indicator)
    else iocs.push(body)
  }
  iocs.sort(compareIocs)
  const isListed = iocs.length > INLINE_IOC_LIMIT
  const listName = `${name}.iocs.csv`
  const lines = [
    'alertDefinitions:',
    ...definitionLines(definition),
    ...(isListed ? [`    iocFiles: [${yamlWord(listName)}]`] : iocLines(iocs)),
    ...opaqueLines(opaque),
  ]
  const rules = { name: `${name}.rules.yaml`, text: `${lines.join('\n')}\n` }
  return isListed ? [rules, { name: listName, text: listText(iocs) }] : [rules]
}

/** As canonicalBody, but a time past the year 9999 cannot be written so that it is read back: it is opaque, too. */
function printableBody(indicator: RemoteIndicator): IndicatorBody | null {
  const body = canonicalBody(indicator, { nonEqualsHash: 'allow' })
  if (body === null || body.ExpiresAt === null) return body
  return parseTime(body.ExpiresAt) === null ? null : body
}

function definitionLines(definition: RemoteDefinition): readonly string[] {
  const { Name, Title, Severity, Category, UxDescription, Enabled } = definition
  const { RecommendedAction, InternalDescription } = definition
  const isMissing = (UxDescription ?? '').trim() === ''
  return [
    `  - Name: ${yamlValue(Name, BLOCK)}`,
    `    Title: ${yamlValue(Title, BLOCK)}`,
    `    Severity: ${yamlWord(Severity)}`,
    `    Category: ${yamlWord(Category)}`,
    ...(isMissing ? ['    # The service holds no UxDescription; rules need one, so this is the Title.'] : []),
    `    UxDescription: ${yamlValue(isMissing ? Title : (UxDescription ?? ''), BLOCK)}`,
    ...optionalLine('RecommendedAction', RecommendedAction),
    ...optionalLine('InternalDescription', InternalDescription),
    ...(Enabled ? [] : ['    Enabled: false']),
  ]
}

const BLOCK = '      '

function optionalLine(name: string, text: string | null): readonly string[] {
  return text === null ? [] : [`    ${name}: ${yamlValue(text, BLOCK)}`]
}

function iocLines(iocs: readonly IndicatorBody[]): readonly string[] {
  if (iocs.length === 0) return ['    iocs: []']
  return ['    iocs:', ...iocs.map(iocLine)]
}

function iocLine({ Type, DetectionFunction, Value, ExpiresAt, Enabled }: IndicatorBody): string {
  const parts = [
    `Type: ${Type}`,
    ...(DetectionFunction === 'Equals' ? [] : [`DetectionFunction: ${DetectionFunction}`]),
    `Value: ${yamlWord(Value)}`,
    ...(ExpiresAt === null ? [] : [`ExpiresAt: ${ExpiresAt}`]),
    ...(Enabled ? [] : ['Enabled: false']),
  ]
  return `      - { ${parts.join(', ')} }`
}

function opaqueLines(opaque: readonly RemoteIndicator[]): readonly string[] {
  if (opaque.length === 0) return []
  // As the service has them, in quotes throughout: nothing is known about these texts.
  const lines = opaque.map(({ Type, DetectionFunction, Value, ExpiresAt, Enabled }) => {
    const parts = [
      `Type: ${yamlQuoted(Type)}`,
      `DetectionFunction: ${yamlQuoted(DetectionFunction)}`,
      `Value: ${yamlQuoted(Value)}`,
      ...(ExpiresAt === null ? [] : [`ExpiresAt: ${yamlQuoted(ExpiresAt)}`]),
      ...(Enabled ? [] : ['Enabled: false']),
    ]
    return `      - { ${parts.join(', ')} }`
  })
  return [
    '    # Values that rules cannot hold: kept as they are, never matched, never written.',
    '    opaque:',
    ...lines.sort(compareUtf8),
  ]
}

/** A list of canonical values needs no quotes: none of their characters is a comma, a quote or a line end. */
function listText(iocs: readonly IndicatorBody[]): string {
  const hasExpiry = iocs.some(({ ExpiresAt }) => ExpiresAt !== null)
  const hasDisabled = iocs.some(({ Enabled }) => !Enabled)
  const optional = [...(hasExpiry ? ['ExpiresAt'] : []), ...(hasDisabled ? ['Enabled'] : [])]
  const rows = iocs.map(({ Type, DetectionFunction, Value, ExpiresAt, Enabled }) => {
    const cells = [Type, DetectionFunction, Value]
    if (hasExpiry) cells.push(ExpiresAt ?? '')
    if (hasDisabled) cells.push(Enabled ? '' : 'false')
    return cells.join(',')
  })
  return `${[['Type', 'DetectionFunction', 'Value', ...optional].join(','), ...rows].join('\n')}\n`
}

function compareIocs(a: IndicatorBody, b: IndicatorBody): number {
  return (
    rankOf(INDICATOR_TYPES, a.Type) - rankOf(INDICATOR_TYPES, b.Type) ||
    rankOf(DETECTION_FUNCTIONS, a.DetectionFunction) - rankOf(DETECTION_FUNCTIONS, b.DetectionFunction) ||
    compareUtf8(a.Value, b.Value) ||
    compareUtf8(a.ExpiresAt ?? '~', b.ExpiresAt ?? '~') ||
    Number(b.Enabled) - Number(a.Enabled)
  )
}

function rankOf(members: readonly string[], word: string): number {
  return members.indexOf(word)
}

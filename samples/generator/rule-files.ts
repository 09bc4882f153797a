import { DEFINITIONS } from './definitions.ts'
import type { SampleDefinition, SampleIoc } from './definitions.ts'

const LINE_WIDTH = 100

/** The rule files by their name below `samples/rules`, as text. */
export function ruleFiles(): ReadonlyMap<string, string> {
  return new Map([
    [
      'accounts.rules.yaml',
      nativeFile('Attacks on accounts.', ['account-attack-sources', 'credential-dumper']),
    ],
    [
      'archive.rules.yaml',
      nativeFile('Kept for the record.', ['retired-campaign', 'tabletop-exercise', 'dormant-actor']),
    ],
    ['network.rules.yaml', nativeFile('What leaves the network.', ['dns-tunnel'])],
    ['packer.rules.yaml', nativeFile('An exercise in operators on hashes.', ['quarry-packer'])],
    ['partner-definitions.rules.json', definitionsReply('partner-watchlist')],
    ['partner-iocs.rules.json', iocsBody('partner-watchlist')],
    ['phishing.rules.yaml', nativeFile('Mail and what it leads to.', ['lookalike-portal'])],
    ['tidewater-hashes.csv', iocList('tidewater-loader')],
    [
      'tidewater.rules.yaml',
      nativeFile('The Tidewater group: its infrastructure and its loader.', [
        'tidewater-c2',
        'tidewater-loader',
      ]),
    ],
  ])
}

/** The list that the Tidewater rules name under `iocFiles`. */
export const LIST_FILE = 'tidewater-hashes.csv'

function nativeFile(comment: string, names: readonly string[]): string {
  const definitions = names.map((name) => nativeDefinition(definitionNamed(name)))
  return `# ${comment}\nalertDefinitions:\n${definitions.join('\n')}`
}

function nativeDefinition(definition: SampleDefinition): string {
  const lines = [
    `  - Name: ${definition.Name}`,
    `    Title: '${definition.Title}'`,
    `    Severity: ${definition.Severity}`,
    `    Category: ${definition.Category}`,
    '    UxDescription: >-',
    ...folded(definition.UxDescription),
    '    RecommendedAction: >-',
    ...folded(definition.RecommendedAction),
    `    Enabled: ${definition.Enabled}`,
    '    iocs:',
    ...definition.iocs.map(nativeIoc),
    ...(definition.listed.length > 0 ? [`    iocFiles: [${LIST_FILE}]`] : []),
  ]
  return lines.join('\n') + '\n'
}

function nativeIoc(ioc: SampleIoc): string {
  const parts = [
    `Type: ${ioc.Type}`,
    `DetectionFunction: ${ioc.DetectionFunction}`,
    `Value: '${ioc.Value}'`,
    ...(ioc.ExpiresAt === undefined ? [] : [`ExpiresAt: '${ioc.ExpiresAt}'`]),
  ]
  return `      - { ${parts.join(', ')} }${ioc.note === undefined ? '' : ` # ${ioc.note}`}`
}

/** Wraps a text into the lines of a folded block. */
function folded(text: string): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > LINE_WIDTH - 6) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line].map((part) => `      ${part}`)
}

function iocList(name: string): string {
  const rows = definitionNamed(name).listed.map((ioc) =>
    [ioc.Type, ioc.DetectionFunction, ioc.Value, ioc.ExpiresAt ?? '', String(ioc.Enabled ?? true)].join(','),
  )
  return ['Type,DetectionFunction,Value,ExpiresAt,Enabled', ...rows].map((row) => row + '\n').join('')
}

/** What `GET AlertDefinitions` answers: it alone says the Id that the IOCs are bound to. */
function definitionsReply(name: string): string {
  const definition = definitionNamed(name)
  const value = {
    Name: definition.Name,
    Severity: definition.Severity,
    InternalDescription: 'Kept in step with the exchange every Monday.',
    Title: definition.Title,
    UxDescription: definition.UxDescription,
    RecommendedAction: definition.RecommendedAction,
    Category: definition.Category,
    Id: definition.Id,
    CreatedAt: '2026-10-05T07:30:00Z',
    CreatedBy: 'exchange-sync',
    LastModifiedAt: null,
    LastModifiedBy: null,
    Enabled: definition.Enabled,
  }
  return JSON.stringify({ value: [value] }, null, 2) + '\n'
}

/** The body of a bulk upload of IOCs. */
function iocsBody(name: string): string {
  const definition = definitionNamed(name)
  const iocs = definition.iocs.map(({ Type, Value, DetectionFunction }) => ({
    Type,
    Value,
    DetectionFunction,
    Enabled: true,
    'AlertDefinition@odata.bind': `AlertDefinitions(${definition.Id})`,
  }))
  return JSON.stringify({ iocs }, null, 2) + '\n'
}

function definitionNamed(name: string): SampleDefinition {
  const found = DEFINITIONS.find((definition) => definition.Name === name)
  if (found === undefined) throw new Error(`no definition ${name}`)
  return found
}

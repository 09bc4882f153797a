import { DEFINITIONS } from './definitions.ts'
import type { ExpectedRun } from './count.ts'
import { LIST_FILE, ruleFiles } from './rule-files.ts'
import type { TelemetryFile } from './telemetry-files.ts'

const FILE_NOTES: Readonly<Record<string, string>> = {
  'bare-rows.ndjson': 'rows without an envelope, the table in `TableName`',
  'device-events.ndjson': 'storage blob, CRLF; DNS responses in `AdditionalFields`',
  'device-file.ndjson': 'storage blob',
  'device-image-load.ndjson': 'storage blob',
  'device-logon.ndjson': 'storage blob',
  'device-network.ndjson': 'storage blob, CRLF; some events delivered twice; TLS, HTTP and DNS inspection',
  'device-process.json.gz': 'storage blob, gzip',
  'hunting-network.csv': 'hunting export: byte order mark, CRLF, no table name, one cell of two lines',
  'inventory.ndjson': '`DeviceInfo` and `AlertEvidence`: full of bad values, never matched',
  'mail-and-cloud.ndjson': 'storage blob of four tables, `ReportId` is text, no devices',
}

/** The README of the samples: what is in them and what a run over them must say. */
export function readmeText(files: readonly TelemetryFile[], runs: readonly ExpectedRun[]): string {
  const [all, mail] = runs
  if (all === undefined || mail === undefined) throw new Error('two runs are expected')
  return `# Samples

One week (2 to 8 November 2026) of an invented insurance company, \`harbour.example\`: ${all.records} records of
Microsoft Defender telemetry and ${DEFINITIONS.length} alert definitions with ${all.iocs.read} IOCs.

\`\`\`sh
dryfire replay samples/telemetry -r samples/rules
\`\`\`

Everything is synthetic. Names end in \`.example\`, \`.test\` or \`.invalid\`, outside addresses are documentation addresses
(192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24, 2001:db8::/32), inside ones private, and hashes are digests of made-up
texts. \`node samples/generate.ts\` writes all of it, this page included but the tests, from one seed; the numbers come from its own plain
count (\`expected.json\`), which shares no code with the tool.

## Telemetry

${table(
  ['file', 'records', 'what it is'],
  files.map((file) => [
    `\`${file.name}\``,
    String(file.records.length),
    FILE_NOTES[file.name] ?? 'storage blob',
  ]),
)}

## Definitions

A full run over all files gives ${all.detections} detections in ${all.alerts} alerts; ${all.suppressed} further detections
are copies of events that were delivered twice.

${table(
  ['definition', 'detections', 'alerts', 'IOCs fired', 'shows'],
  DEFINITIONS.map((definition) => {
    const expected = all.definitions.find((one) => one.Name === definition.Name)
    return [
      `\`${definition.Name}\``,
      String(expected?.detections ?? 0),
      String(expected?.alerts ?? 0),
      expected === undefined ? 'disabled' : `${expected.iocsFired} of ${expected.iocs}`,
      definition.shows,
    ]
  }),
)}

Of ${all.iocs.read} IOCs ${all.iocs.compiled} are compiled (${all.iocs.duplicate} duplicate, ${all.iocs.disabled} disabled),
${all.iocs.fired} fire and ${all.iocs.silent} stay silent. None is blind, because the week shows values of every type.

\`\`\`sh
dryfire replay samples/telemetry/mail-and-cloud.ndjson -r samples/rules
\`\`\`

Over the mail and cloud file alone ${mail.detections} detections remain, and ${mail.iocs.blind} IOCs are blind: that log carries
no hashes, so it could not have shown them. That the other ${mail.iocs.silent} stay silent means something; that these do, means nothing.

## Rules

${table(
  ['file', 'form'],
  Array.from(ruleFiles().keys(), (name) => [`\`${name}\``, formOf(name)]),
)}

Some rules are written to be warned about by \`dryfire lint\`: an IOC that stands twice, a fragment of an address that is an
address itself, a disabled definition with enabled IOCs.

## Tests

\`\`\`sh
dryfire test samples/rules
dryfire coverage samples/rules --logs samples/telemetry
\`\`\`

The \`*.test.yaml\` files beside the rules are written by hand: every definition that is enabled is made to fire and proven silent, every
operator and every IOC with another function than Equals too. Their form is described in \`src/harness/TESTS.md\`.

## Near misses

Beside every hit stand values that must stay quiet: one character more, less or other; a label border; a sibling domain; a
fragment at the wrong end; a hash in the column of another type, in a command line or in a subject; an address as the local end
or as a DNS answer; a host in the query or the user name of another URL; an event at and after the expiry of its IOC; tables
that are inventory or alerts. The comments in \`generator/incidents.ts\` name them one by one.
`
}

function formOf(name: string): string {
  if (name === LIST_FILE) return 'IOC list that `tidewater.rules.yaml` names under `iocFiles`'
  if (name.endsWith('.yaml')) return 'native form'
  return name.includes('definitions')
    ? 'the API’s reply to `GET AlertDefinitions`, with the Id'
    : 'the API’s bulk upload of IOCs, bound to that Id'
}

/** A Markdown table with aligned columns. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? '').length)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

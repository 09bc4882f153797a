import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { REPOSITORY, temporaryFolder } from './run-cli.ts'

/** Each is a line of the samples' rules and what stands there after the change. */
const CHANGES: readonly (readonly [file: string, before: string, after: string])[] = [
  ['network.rules.yaml', 'Severity: Medium', 'Severity: High'],
  ['network.rules.yaml', "EndWith, Value: '.q.drain.invalid'", "Contains, Value: 'drain'"],
  [
    'tidewater.rules.yaml',
    "      - { Type: IpAddress, DetectionFunction: Equals, Value: '203.0.113.77' }",
    '      #',
  ],
  [
    'tidewater.rules.yaml',
    "'.tidewater-cdn.example' }",
    "'.tidewater-cdn.example', ExpiresAt: 2027-01-01T00:00:00Z }",
  ],
]

const NEW_RULES = `alertDefinitions:
  - Name: night-shift
    Title: 'A name that only the night shift would look up'
    Severity: Low
    Category: SuspiciousNetworkTraffic
    UxDescription: A device contacted one of the hosts on the watch list.
    Enabled: true
    iocs:
      - { Type: DomainName, DetectionFunction: EndWith, Value: 'tidewater-cdn.example' }
      - { Type: DomainName, Value: 'night.example', Enabled: false }
`

/** A copy of the samples' rules in a folder of its own with a small change: what a pull request would bring. */
export function changedSampleRules(): string {
  const folder = join(temporaryFolder('changed-samples'), 'rules')
  cpSync(join(REPOSITORY, 'samples/rules'), folder, { recursive: true })
  for (const [file, before, after] of CHANGES) {
    const path = join(folder, file)
    const text = readFileSync(path, 'utf8')
    if (!text.includes(before)) throw new Error(`${file} of the samples no longer says ${before}`)
    writeFileSync(
      path,
      text.replace(before, () => after),
    )
  }
  writeFileSync(join(folder, 'night.rules.yaml'), NEW_RULES)
  return folder
}

import { CONFIG_NAME } from './find-config.ts'
import { TOOL_VERSION } from '../model/version.ts'

/** The files of a rule folder to begin with, by their path. */
export const STARTER_FILES: readonly { readonly path: string; readonly text: string }[] = [
  {
    path: 'rules/example.rules.yaml',
    text: `# Alert definitions with their indicators. Replace this one by your own.
alertDefinitions:
  - Name: example-c2
    Title: Connection to a known command-and-control domain
    Severity: High
    Category: CommandAndControl
    UxDescription: A device resolved or contacted a domain that is used to control infected machines.
    RecommendedAction: Isolate the device and look at the process that made the connection.
    Enabled: true
    iocs:
      - { Type: DomainName, DetectionFunction: EndWith, Value: .c2.example }
      - { Type: DomainName, DetectionFunction: Equals, Value: c2.example }
`,
  },
  {
    path: 'rules/example.test.yaml',
    text: `# What the rules beside this file do with given events. Run with: dryfire test
table: DeviceNetworkEvents
tests:
  - name: the domain and its subdomains fire, a name that only resembles it does not
    events:
      - { DeviceName: ws-1, RemoteUrl: 'https://c2.example/in' }
      - { DeviceName: ws-1, RemoteUrl: 'https://a1.c2.example/in' }
      - { DeviceName: ws-1, RemoteUrl: 'https://notc2.example/' }
    fires:
      - definition: example-c2
        count: 2
        alerts: 1
        through:
          - { DetectionFunction: EndWith, field: RemoteUrl }
          - { DetectionFunction: Equals, field: RemoteUrl }
    strict: true

  - name: neighbours of the domain are silent
    events:
      - { RemoteUrl: c2.example.org }
      - { RemoteUrl: c3.example }
    silent: [example-c2]
`,
  },
  {
    path: CONFIG_NAME,
    text: `# Options of every command, named as the flags are; paths start from this folder.
rules: [rules]
`,
  },
  {
    path: '.github/workflows/rules.yml',
    text: `name: rules
on: [push, pull_request]
permissions:
  contents: read
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@v5
        with:
          node-version: 24
      - run: npx --yes dryfire@${TOOL_VERSION} check --reporter github junit=dryfire-tests.xml
`,
  },
]

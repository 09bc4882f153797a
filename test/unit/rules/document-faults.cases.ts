import { nativeFile } from './rule-texts.ts'

const DEFINITION = '"Name":"a","Title":"A","Severity":"Low","Category":"Malware","UxDescription":"A"'
const INDICATOR = '"Type":"DomainName","DetectionFunction":"Equals","Value":"a.example"'

/** Name and text of a file, and what is said of it: `code line:column+length message | fix`. */
export type DocumentCase = readonly [name: string, text: string, faults: readonly string[]]

/** Documents with one mistake each, or with a warning. */
export const DOCUMENT_CASES: readonly DocumentCase[] = [
  [
    'a.yml',
    ' \n ',
    [
      'RULE001 1:1+1 the file is empty | Begin with: alertDefinitions: [{ Name: a, Title: A, Severity: Low, Category: Malware, UxDescription: A, iocs: [] }]',
    ],
  ],
  [
    'stream',
    '  {"alertDefinitions": [],}',
    ['RULE007 1:26+1 a comma stands before the closing } | Delete the comma.'],
  ],
  [
    'stream',
    'x: {a: 1}',
    [
      'RULE012 1:1+1 the file has none of the top-level keys alertDefinitions, iocs and value | Put the definitions into a list under the key alertDefinitions.',
    ],
  ],
  [
    'a.yaml',
    '# only',
    [
      'RULE001 1:1+1 the file holds nothing but comments | Begin with: alertDefinitions: [{ Name: a, Title: A, Severity: Low, Category: Malware, UxDescription: A, iocs: [] }]',
    ],
  ],
  [
    'a.json',
    '[]',
    [
      'RULE005 1:1+2 the top level must be an object with alertDefinitions, found a list | Put the list under the key alertDefinitions.',
    ],
  ],
  [
    'a.json',
    '"x"',
    [
      'RULE005 1:1+3 the top level must be an object with alertDefinitions, found the text "x" | Begin with: {"alertDefinitions": [{"Name": "a", "Title": "A", "Severity": "Low", "Category": "Malware", "UxDescription": "A", "iocs": []}]}',
    ],
  ],
  [
    'a.json',
    '{"alertDefinitions":[],"value":[]}',
    [
      'RULE013 1:24+7 value stands beside alertDefinitions; a file holds one of the two | Put each into a file of its own.',
    ],
  ],
  [
    'a.json',
    '{"alertDefinitions":[],"iocs":[]}',
    [
      'RULE013 1:24+6 iocs stands beside alertDefinitions; a file holds one of the two | Put the IOCs under the iocs of their definition, or into a file of their own.',
    ],
  ],
  [
    'a.json',
    '{"value":[],"iocs":[]}',
    [
      'RULE013 1:13+6 iocs stands beside value; a file holds one of the two | Put the IOCs under the iocs of their definition, or into a file of their own.',
    ],
  ],
  [
    'a.json',
    '{"Name":"a"}',
    [
      'RULE012 1:2+6 the file has none of the top-level keys alertDefinitions, iocs and value | Put the definition into a list under the key alertDefinitions.',
    ],
  ],
  [
    'a.json',
    '{"Title":"a"}',
    [
      'RULE012 1:2+7 the file has none of the top-level keys alertDefinitions, iocs and value | Put the definition into a list under the key alertDefinitions.',
    ],
  ],
  [
    'a.json',
    '{"Type":"Md5"}',
    [
      'RULE012 1:2+6 the file has none of the top-level keys alertDefinitions, iocs and value | Put the definitions into a list under the key alertDefinitions.',
    ],
  ],
  [
    'a.json',
    '{"Value":"x"}',
    ['RULE012 1:2+7 a rule file has no top-level key "Value" | Did you mean value?'],
  ],
  [
    'a.json',
    '{"Type":"Md5","Value":"x"}',
    [
      'RULE012 1:2+6 the file has none of the top-level keys alertDefinitions, iocs and value | Put the IOC into the list iocs of a definition.',
    ],
  ],
  [
    'a.json',
    '{}',
    [
      'RULE012 1:1+2 the file has none of the top-level keys alertDefinitions, iocs and value | Put the definitions into a list under the key alertDefinitions.',
    ],
  ],
  ['a.json', '{"ioc":[]}', ['RULE012 1:2+5 a rule file has no top-level key "ioc" | Did you mean iocs?']],
  [
    'a.json',
    '{"alertDefinitions":1}',
    ['RULE015 1:21+1 alertDefinitions must be a list, found the number 1 | null'],
  ],
  [
    'a.json',
    '{"iocs":["x"]}',
    ['RULE015 1:10+3 each element of iocs must be an object (an IOC), found the text "x" | null'],
  ],
  [
    'a.json',
    '{"alertDefinitions":["x"]}',
    [
      'RULE015 1:22+3 each element of alertDefinitions must be an object (an alert definition), found the text "x" | null',
    ],
  ],
  [
    'a.json',
    '{"value":["x"]}',
    [
      'RULE015 1:11+3 each element of value must be an object (an alert definition), found the text "x" | null',
    ],
  ],
  [
    'a.json',
    '{"alertDefinitions":[],"alertDefinitions":[]}',
    ['RULE010 1:24+18 the key "alertDefinitions" stands twice in a rule file | Delete one of the two.'],
  ],
  [
    'a.json',
    `{"@odata.nextLink":"x","value":[{"Id":1,${DEFINITION}}]}`,
    [
      'RULE019 1:2+17 the reply is one page of several; the other pages are not in this file | Fetch all pages and keep them beside each other.',
    ],
  ],
  [
    'a.json',
    `{"@nextLink":"x","value":[{"Id":1,${DEFINITION}}]}`,
    [
      'RULE019 1:2+11 the reply is one page of several; the other pages are not in this file | Fetch all pages and keep them beside each other.',
    ],
  ],
  ['a.json', `{"@odata.nextLink":"x","alertDefinitions":[{${DEFINITION}}]}`, []],
  [
    'a.json',
    `{"value":[{"Id":1,${DEFINITION},"New":1,"@x":2,"Name@odata.type":"y"}]}`,
    ['RULE023 1:100+5 an alert definition has no property "New"; it is ignored | null'],
  ],
  [
    'a.json',
    `{"alertDefinitions":[{${DEFINITION},"Enabled":"TRUE"}]}`,
    ['RULE021 1:114+6 Enabled is written as text; it is read as true | Write true without quotes.'],
  ],
  [
    'a.json',
    `{"alertDefinitions":[{${DEFINITION},"Enabled":"maybe"}]}`,
    [
      'RULE015 1:114+7 Enabled must be true or false, found the text "maybe" | Write true or false without quotes.',
    ],
  ],
  [
    'a.json',
    `{"alertDefinitions":[{${DEFINITION},"Enabled":1}]}`,
    [
      'RULE015 1:114+1 Enabled must be true or false, found the number 1 | Write true or false without quotes.',
    ],
  ],
  [
    'a.json',
    `{"alertDefinitions":[{${DEFINITION},"Titel":"x"}]}`,
    ['RULE014 1:104+7 an alert definition has no property "Titel" | Did you mean Title?'],
  ],
  [
    'a.json',
    '{"alertDefinitions":[{"Name":"a","Titel":"A","Severity":"Low","Category":"Malware","UxDescription":"A"}]}',
    ['RULE014 1:34+7 an alert definition has no property "Titel" | Did you mean Title?'],
  ],
  [
    'a.json',
    '{"alertDefinitions":[{"Name":"a","Titel":"x","Tilte":"A","Severity":"Low","Category":"Malware","UxDescription":"A"}]}',
    [
      'RULE014 1:34+7 an alert definition has no property "Titel" | Did you mean Title?',
      'RULE014 1:46+7 an alert definition has no property "Tilte" | Did you mean Title?',
    ],
  ],
  [
    'a.json',
    `{"alertDefinitions":[{${DEFINITION},"Zzzzzz":"x"}]}`,
    [
      'RULE014 1:104+8 an alert definition has no property "Zzzzzz" | Delete it, or use one of Name, Title, Severity, Category, UxDescription, RecommendedAction, InternalDescription, Enabled, Id, CreatedAt, CreatedBy, LastModifiedAt and LastModifiedBy.',
    ],
  ],
  [
    'a.json',
    `{"value":[{"Id":1,${DEFINITION}},{"Id":1,"Name":"b","Title":"A","Severity":"Low","Category":"Malware","UxDescription":"A"}]}`,
    ['DEF008 1:116+3 another definition has the Id 1 | Keep one snapshot of the service in the rules.'],
  ],
  [
    'a.json',
    `{"value":[{"Id":"1",${DEFINITION}}]}`,
    ['RULE015 1:17+3 Id must be a whole number, found the text "1" | null'],
  ],
  [
    'a.json',
    `{"value":[{"Id":1.5,${DEFINITION}}]}`,
    ['RULE015 1:17+3 Id must be a whole number, found the number 1.5 | null'],
  ],
  [
    'a.json',
    `{"value":[{"Id":1234567890123456,${DEFINITION}}]}`,
    ['RULE015 1:17+16 Id must be a whole number, found the number 1234567890123456 | null'],
  ],
  [
    'a.json',
    `{"value":[{"Id":1,${INDICATOR}}]}`,
    [
      'IOC004 1:12+4 the IOC does not say which alert definition it belongs to | Fetch the IOCs with $expand=AlertDefinition.',
    ],
  ],
  [
    'a.json',
    `{"value":[{"Id":1,${DEFINITION}},{"Id":7,${INDICATOR},"AlertDefinition@odata.bind":"AlertDefinitions(3)"}]}`,
    [
      'IOC005 1:207+21 no definition of the rules has the Id 3; the nearest is 1 "a" | Add the definitions that the service gave, or fetch the IOCs with $expand=AlertDefinition.',
    ],
  ],
  [
    'a.json',
    `{"value":[{"Id":1,${DEFINITION}},{"Id":5,"Name":"b","Title":"A","Severity":"Low","Category":"Malware","UxDescription":"A"},{"Id":7,${INDICATOR},"AlertDefinition@odata.bind":"AlertDefinitions(4)"}]}`,
    [
      'IOC005 1:297+21 no definition of the rules has the Id 4; the nearest are 5 "b" and 1 "a" | Add the definitions that the service gave, or fetch the IOCs with $expand=AlertDefinition.',
    ],
  ],
  [
    'a.json',
    `{"value":[{"Id":7,${INDICATOR},"AlertDefinition":{"Id":1,${DEFINITION}}},{"Id":8,${INDICATOR},"AlertDefinition":{"Id":1,"Name":"a","Title":"B","Severity":"Low","Category":"Malware","UxDescription":"A"}}]}`,
    [
      'DEF007 1:307+3 the definition with the Id 1 has another Title here | Fetch the definitions and the IOCs again, at one time.',
    ],
  ],
  [
    'a.json',
    `{"value":[{"Id":7,${INDICATOR},"AlertDefinition":"x"}]}`,
    [
      'RULE015 1:106+3 AlertDefinition must be an alert definition, found the text "x" | Use "AlertDefinition@odata.bind" to name one by its Id.',
    ],
  ],
  [
    'a.yaml',
    nativeFile('a', '{ Type: DomainName, Value: a.example, ExpiresAt: 2027-01-01 }'),
    [
      'IOC003 8:58+10 ExpiresAt must be an existing date and time (ISO 8601), found "2027-01-01" | Write it like 2027-01-01T00:00:00Z.',
    ],
  ],
  [
    'a.yaml',
    nativeFile('a', '{ Type: DomainName, Value: a.example, ExpiresAt: 2027-02-30 }'),
    [
      'IOC003 8:58+10 ExpiresAt must be an existing date and time (ISO 8601), found "2027-02-30" | Write it like 2027-01-01T00:00:00Z.',
    ],
  ],
  [
    'a.yaml',
    nativeFile('a', '{ Type: DomainName, Value: a.example, ExpiresAt: x2027-01-01 }'),
    [
      'IOC003 8:58+11 ExpiresAt must be an existing date and time (ISO 8601), found "x2027-01-01" | Write it like 2027-01-01T00:00:00Z.',
    ],
  ],
  [
    'a.yaml',
    nativeFile('a', '{ Type: DomainName, Value: a.example, ExpiresAt: 2027-01-01x }'),
    [
      'IOC003 8:58+11 ExpiresAt must be an existing date and time (ISO 8601), found "2027-01-01x" | Write it like 2027-01-01T00:00:00Z.',
    ],
  ],
  [
    'a.yaml',
    nativeFile('a', '{ Type: DomainName, Value: true }'),
    ['RULE015 8:36+4 Value must be text, found the boolean true | Put it in quotes: "true".'],
  ],
  [
    'a.yaml',
    nativeFile('a', '{ Type: DomainName, Value: ~ }'),
    ['RULE015 8:36+1 Value must be text, found nothing (null) | Fill in Value.'],
  ],
  [
    'a.yaml',
    nativeFile('a', '{ Type: DomainName, Value: [1] }'),
    ['RULE015 8:36+3 Value must be text, found a list | null'],
  ],
  [
    'a.yaml',
    nativeFile('a', '{ Type: DomainName, Value: a.example, Enabled: ~ }'),
    [
      'RULE015 8:56+1 Enabled must be true or false, found nothing (null) | Write true or false without quotes.',
    ],
  ],
  [
    'a.yaml',
    nativeFile('a', '{ Type: Domain, Value: a.example }'),
    [
      'IOC002 8:17+6 Type must be Sha1, Sha256, Md5, IpAddress or DomainName, found "Domain" | Write DomainName.',
    ],
  ],
  [
    'a.yaml',
    nativeFile('a', '{ Type: DomainName, DetectionFunction: zzz, Value: a.example }'),
    [
      'IOC002 8:48+3 DetectionFunction must be Equals, StartWith, EndWith or Contains, found "zzz" | Use Equals, StartWith, EndWith or Contains.',
    ],
  ],
  [
    'a.yaml',
    'alertDefinitions:\n  - Name: a\n    Title: A title\n    Severity: Low\n    Category: Zzzzzz\n    UxDescription: A text\n',
    [
      'DEF004 5:15+6 Category is none of the 32 that the service knows: "Zzzzzz" | Use None, SuspiciousActivity, Malware, CredentialTheft, Exploit, WebExploit, DocumentExploit, PrivilegeEscalation, Persistence, RemoteAccessTool, CommandAndControl, SuspiciousNetworkTraffic, Ransomware, MalwareDownload, Reconnaissance, WebFingerprinting, Weaponization, Delivery, SocialEngineering, CredentialStealing, Installation, Backdoor, Trojan, TrojanDownloader, LateralMovement, ExplorationEnumeration, NetworkPropagation, Exfiltration, NotApplicable, EnterprisePolicy, General or UnwantedSoftware.',
    ],
  ],
  [
    'a.yaml',
    'alertDefinitions:\n  - Name: a\n    Title: A title\n    Severity: Low\n    Category: Malwar\n    UxDescription: A text\n',
    ['DEF004 5:15+6 Category is none of the 32 that the service knows: "Malwar" | Write Malware.'],
  ],
  ['a.yaml', nativeFile('a', '{ Type: DomainName, "Value": nullx }'), []],
  ['a.yaml', 'a: b\n\tc: d\n', ['RULE008 2:1+1 a tab stands in the indentation | Indent with blanks.']],
  ['a.yaml', '? [a]\n: b\n', ['RULE009 1:3+3 a key must be a plain text | null']],
  ['a.yaml', '!x a: b\n', ['RULE009 1:4+1 a key must be a plain text | null']],
  [
    'a.yaml',
    'a: !x   &y  b\n',
    ['RULE009 1:4+2 a tag stands before the value | Delete the tag; put a text in quotes.'],
  ],
  [
    'a.yaml',
    '"<<": a\n',
    [
      'RULE012 1:1+4 the file has none of the top-level keys alertDefinitions, iocs and value | Put the definitions into a list under the key alertDefinitions.',
    ],
  ],
  [
    'a.yaml',
    '<<: a\n',
    ['RULE009 1:1+2 a merge key stands here | Write the properties out; rule files have no merge keys.'],
  ],
  ['a.yaml', 'a: [1\nb: 2\n', ['RULE008 1:5+1 a [ is not closed | Add the closing ].']],
  ['a.yaml', 'a: {b: 1\n', ['RULE008 1:8+1 a { is not closed | Add the closing }.']],
  ['a.yaml', "a: 'b\n", ['RULE008 1:5+1 a quoted text is not closed | Add the closing quote.']],
  [
    'a.yaml',
    'a: *b\n',
    ['RULE009 1:4+2 an alias stands here | Write the value itself; rule files have no aliases.'],
  ],
  [
    'a.yaml',
    'a: b: c\n',
    ['RULE008 1:4+1 a second colon stands in a text without quotes | Put the text in quotes.'],
  ],
  [
    'a.yaml',
    'a: "\\q"\n',
    ['RULE008 1:5+1 the backslash begins no escape | Write \\\\, or use single quotes.'],
  ],
  ['a.yaml', 'a: %x\n', ['RULE008 1:4+1 a text without quotes cannot begin so | Put the text in quotes.']],
  [
    'a.yaml',
    'a: 1\n--- \nb: 2\n',
    [
      'RULE009 2:1+4 the file holds a second YAML document | Put it into a file of its own; a folder of rule files is one rule set.',
    ],
  ],
  ['a.yaml', 'a: &x &y b\n', ['RULE008 1:7+2 a node can have at most one anchor | null']],
]

/** An indicator of a YAML file and what lint says of it. */
export const LINT_CASES: readonly (readonly [indicator: string, lints: readonly string[]])[] = [
  [
    '{ Type: IpAddress, DetectionFunction: StartWith, Value: 10.1 }',
    ['warning LINT004 StartWith "10.1" also matches 10.10.0.0 | Write "10.1.".'],
  ],
  ['{ Type: IpAddress, DetectionFunction: StartWith, Value: 10.1. }', []],
  [
    '{ Type: IpAddress, DetectionFunction: StartWith, Value: 10.1.2.3 }',
    ['warning LINT004 StartWith "10.1.2.3" also matches 10.1.2.30 | Use Equals for the address 10.1.2.3.'],
  ],
  ['{ Type: IpAddress, DetectionFunction: StartWith, Value: 10.1.2.34 }', []],
  ['{ Type: IpAddress, DetectionFunction: StartWith, Value: 10.1.2.345 }', []],
  ['{ Type: IpAddress, DetectionFunction: StartWith, Value: 10.1.234 }', []],
  [
    '{ Type: IpAddress, DetectionFunction: StartWith, Value: "2001:db8" }',
    ['warning LINT004 StartWith "2001:db8" also matches 2001:db80:… | Write "2001:db8:".'],
  ],
  ['{ Type: IpAddress, DetectionFunction: StartWith, Value: "2001:db8:" }', []],
  [
    '{ Type: IpAddress, DetectionFunction: StartWith, Value: "1:2:3:4:5:6:7:8" }',
    [
      'warning LINT004 StartWith "1:2:3:4:5:6:7:8" also matches 1:2:3:4:5:6:7:80 | Use Equals for the address 1:2:3:4:5:6:7:8.',
    ],
  ],
  [
    '{ Type: IpAddress, DetectionFunction: StartWith, Value: "10" }',
    [
      'error LINT002 StartWith "10" is too broad: it covers millions of addresses; give at least two groups | Use a longer value, or Equals.',
    ],
  ],
  ['{ Type: DomainName, DetectionFunction: StartWith, Value: evil.exa }', []],
  ['{ Type: IpAddress, DetectionFunction: Contains, Value: 10.1.2 }', []],
  [
    '{ Type: DomainName, DetectionFunction: EndWith, Value: evil.example }',
    [
      'warning LINT003 EndWith "evil.example" also matches notevil.example | Write ".evil.example", and add an Equals IOC for "evil.example" itself.',
    ],
  ],
  ['{ Type: DomainName, DetectionFunction: EndWith, Value: .evil.example }', []],
  [
    '{ Type: DomainName, Value: localhost }',
    [
      'warning LINT006 "localhost" is a single label, which only names hosts of a local network | Give the whole name.',
    ],
  ],
  [
    '{ Type: DomainName, Value: co.uk }',
    [
      'warning LINT007 "co.uk" is a public suffix: names are registered under it, it is hardly one itself | Give the whole name.',
    ],
  ],
  [
    '{ Type: Md5, Value: d41d8cd98f00b204e9800998ecf8427e }',
    [
      'warning LINT005 this Md5 is the hash of the empty file, and fires on every empty file | Delete the IOC.',
    ],
  ],
  [
    '{ Type: Sha1, Value: da39a3ee5e6b4b0d3255bfef95601890afd80709 }',
    [
      'warning LINT005 this Sha1 is the hash of the empty file, and fires on every empty file | Delete the IOC.',
    ],
  ],
  [
    '{ Type: Sha256, Value: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 }',
    [
      'warning LINT005 this Sha256 is the hash of the empty file, and fires on every empty file | Delete the IOC.',
    ],
  ],
  ['{ Type: Md5, DetectionFunction: StartWith, Value: d41d8cd98f00b204e9800998ecf8427e }', []],
  ['{ Type: Md5, Value: d41d8cd98f00b204e9800998ecf8427f }', []],
  [
    '{ Type: IpAddress, Value: 8.8.8.8 }',
    [
      'warning LINT008 8.8.8.8 is a public resolver (Google Public DNS) | Delete the IOC, unless you mean every connection to it.',
    ],
  ],
  [
    '{ Type: IpAddress, Value: 127.0.0.1 }',
    [
      'warning LINT008 127.0.0.1 is a loopback address | Delete the IOC, unless you mean every connection to it.',
    ],
  ],
  [
    '{ Type: Md5, DetectionFunction: EndWith, Value: abc }',
    [
      'error LINT002 EndWith "abc" is too broad: 3 hex digits occur in hashes by chance; give at least 6 | Use a longer value, or Equals.',
    ],
  ],
]

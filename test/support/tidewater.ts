/** A small rule set for tests of the harness. */
export const TIDEWATER = `alertDefinitions:
  - Name: c2
    Title: Connection to a known domain
    Severity: High
    Category: CommandAndControl
    UxDescription: A device contacted the domain.
    iocs:
      - { Type: DomainName, DetectionFunction: EndWith, Value: .c2.example }
      - { Type: DomainName, DetectionFunction: Equals, Value: beacon.test }
      - { Type: IpAddress, DetectionFunction: Equals, Value: 203.0.113.77 }
      - { Type: DomainName, DetectionFunction: Equals, Value: old.example, ExpiresAt: 2026-11-04T12:00:00Z }
  - Name: loader
    Title: A known file
    Severity: Low
    Category: Malware
    UxDescription: A file was seen.
    iocs:
      - { Type: Sha1, DetectionFunction: Equals, Value: 8311e8b377736fb93b18b15372355f3f26c4cd29 }
      - { Type: Sha1, DetectionFunction: StartWith, Value: 0ddba11e }
  - Name: off
    Title: Not in use
    Severity: Low
    Category: Malware
    UxDescription: Not in use.
    Enabled: false
    iocs:
      - { Type: DomainName, DetectionFunction: Equals, Value: beacon.test }
`

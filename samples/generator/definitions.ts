import { MALWARE } from './estate.ts'
import { digest } from './random.ts'

export type SampleType = 'Sha1' | 'Sha256' | 'Md5' | 'IpAddress' | 'DomainName'
export type SampleFunction = 'Equals' | 'StartWith' | 'EndWith' | 'Contains'

export interface SampleIoc {
  readonly Type: SampleType
  readonly DetectionFunction: SampleFunction
  readonly Value: string
  readonly ExpiresAt?: string
  readonly Enabled?: false
  /** What the rule file says beside it. */
  readonly note?: string
}

export interface SampleDefinition {
  /** Server key; only the definition that is written as an API reply has one. */
  readonly Id?: number
  readonly Name: string
  readonly Title: string
  readonly Severity: 'Informational' | 'Low' | 'Medium' | 'High'
  readonly Category: string
  readonly UxDescription: string
  readonly RecommendedAction: string
  readonly Enabled: boolean
  readonly iocs: readonly SampleIoc[]
  /** IOCs that stand in a CSV list beside the rule file. */
  readonly listed: readonly SampleIoc[]
  /** For the README: what the definition is there to show. */
  readonly shows: string
}

/** When the retired campaign's IOCs end: in the middle of the sample week. */
const RETIRED_AT = '2026-11-04T12:00:00Z'

const loaderHashes: readonly SampleIoc[] = [
  equals('Sha1', MALWARE.loader.sha1),
  equals('Sha256', MALWARE.loader.sha256),
  equals('Md5', MALWARE.loaderTwo.md5),
  equals('Sha256', MALWARE.loaderLibrary.sha256),
  equals('Sha1', MALWARE.loaderLibrary.sha1),
  ...Array.from({ length: 6 }, (_, i) => equals('Sha1', digest('sha1', `unseen loader build ${i}`))),
  ...Array.from({ length: 6 }, (_, i) => equals('Sha256', digest('sha256', `unseen loader build ${i}`))),
  ...Array.from({ length: 4 }, (_, i) => equals('Md5', digest('md5', `unseen loader build ${i}`))),
]

export const DEFINITIONS: readonly SampleDefinition[] = [
  {
    Name: 'tidewater-c2',
    Title: 'Connection to Tidewater command-and-control infrastructure',
    Severity: 'High',
    Category: 'CommandAndControl',
    UxDescription:
      'A device resolved or contacted a domain or address that the Tidewater group uses to control infected machines. Its implant calls home every 20 minutes over TLS.',
    RecommendedAction:
      'Isolate the device. Look at the process that made the connection and how it was started, then search the estate for the same file.',
    Enabled: true,
    iocs: [
      { ...equals('DomainName', 'beacon.tidewater.test'), note: 'the check-in host' },
      { ...of('DomainName', 'EndWith', '.tidewater-cdn.example'), note: 'staging hosts, one per victim' },
      { ...equals('IpAddress', '203.0.113.77'), note: 'the check-in host while its name is blocked' },
      { ...equals('IpAddress', '2001:db8:77::5'), note: 'the same over IPv6' },
    ],
    listed: [],
    shows:
      'Domains and addresses in URLs, DNS queries, TLS and HTTP inspection; other spellings of the same value (case, trailing dot, port, IPv6 written out, IPv4-mapped)',
  },
  {
    Name: 'tidewater-loader',
    Title: 'Tidewater loader on disk or running',
    Severity: 'High',
    Category: 'Malware',
    UxDescription:
      'A file that matches a known build of the Tidewater loader was written, loaded or run. The loader arrives as a fake invoice or parcel label and fetches the implant.',
    RecommendedAction:
      'Isolate the device, collect the file, and reset the password of the user who opened it. Check the mail gateway for other recipients.',
    Enabled: true,
    iocs: [{ ...equals('Sha1', MALWARE.loaderTwo.sha1), note: 'the build of 2 November' }],
    listed: [
      ...loaderHashes,
      { ...equals('Md5', MALWARE.loader.md5), Enabled: false },
      equals('Sha1', MALWARE.loader.sha1),
    ],
    shows:
      'Hashes from a CSV list beside the rule file, as the object of an event and as the acting process; one line is a duplicate and one is disabled',
  },
  {
    Name: 'lookalike-portal',
    Title: 'Look-alike of the Harbour sign-in portal',
    Severity: 'Medium',
    Category: 'SocialEngineering',
    UxDescription:
      'Mail or browsing led to a domain that imitates the sign-in portal of Harbour. Such pages collect passwords and one-time codes.',
    RecommendedAction:
      'Ask the user whether a password was typed in. If so, reset it, revoke the sessions and look for sign-ins from new addresses.',
    Enabled: true,
    iocs: [
      { ...of('DomainName', 'StartWith', 'login-harbour.'), note: 'any top-level domain' },
      of('DomainName', 'Contains', 'harbour-sso'),
      equals('DomainName', 'secure-parcel.test'),
    ],
    listed: [],
    shows: 'Beginnings and parts of names, in mail, links, clicks (also inside UrlChain) and network events',
  },
  {
    Name: 'credential-dumper',
    Title: 'Lantern credential dumper',
    Severity: 'High',
    Category: 'CredentialTheft',
    UxDescription:
      'The Lantern tool was copied to a device or run on it. It reads passwords and tickets out of the memory of the security subsystem.',
    RecommendedAction:
      'Treat every account that was signed in on the device as stolen. Reset them, beginning with administrators.',
    Enabled: true,
    iocs: [
      equals('Sha1', MALWARE.dumper.sha1),
      equals('Sha256', MALWARE.dumperScript.sha256),
      { ...equals('Md5', digest('md5', 'lantern 32 bit')), note: 'the 32-bit build, not seen so far' },
    ],
    listed: [],
    shows: 'One hash as object and as actor; the difference that --hash-scope object makes',
  },
  {
    Name: 'quarry-packer',
    Title: 'Binary with traits of the Quarry packer',
    Severity: 'Low',
    Category: 'SuspiciousActivity',
    UxDescription:
      'A file whose hash carries a fragment of an exercise series was seen. Real hashes have no such families: fragments are here to show what the operators do.',
    RecommendedAction: 'No action in an exercise. In production, replace fragments by whole hashes.',
    Enabled: true,
    iocs: [
      of('Sha1', 'StartWith', '0ddba11e'),
      of('Sha1', 'EndWith', 'c0ffee5afe'),
      of('Sha1', 'Contains', 'deadfa11deadfa11'),
      of('Sha256', 'StartWith', '5eaf00d5eaf00d'),
      of('Sha256', 'EndWith', 'b01dface0ff'),
      of('Sha256', 'Contains', 'f005ba11f005ba11'),
      of('Md5', 'StartWith', 'ba5eba11'),
      of('Md5', 'EndWith', 'd15ea5ed'),
      of('Md5', 'Contains', 'facade0facade0'),
    ],
    listed: [],
    shows:
      'StartWith, EndWith and Contains on all three hash types; a type never looks into the fields of another',
  },
  {
    Name: 'dns-tunnel',
    Title: 'Data leaving through DNS queries',
    Severity: 'Medium',
    Category: 'Exfiltration',
    UxDescription:
      'A device asked for names below a domain that is known to receive data in DNS labels. The labels hold pieces of files.',
    RecommendedAction:
      'Find the process that asks, stop it and keep its memory. Estimate the loss from the number and length of the queries.',
    Enabled: true,
    iocs: [
      of('DomainName', 'EndWith', '.q.drain.invalid'),
      { ...of('DomainName', 'Contains', '.t-relay.'), note: 'the relay under changing domains' },
    ],
    listed: [],
    shows:
      'Names inside AdditionalFields: DnsQueryString and query; answers are left out unless --dns-answers on',
  },
  {
    Name: 'account-attack-sources',
    Title: 'Sign-in from a source of password spraying',
    Severity: 'Medium',
    Category: 'CredentialStealing',
    UxDescription:
      'A sign-in or a cloud action came from an address range from which password spraying against insurers was reported.',
    RecommendedAction:
      'Check whether the sign-in succeeded. If so, reset the password and revoke the sessions.',
    Enabled: true,
    iocs: [
      { ...of('IpAddress', 'StartWith', '198.51.100.7'), note: 'means .7 and .70 to .79: text, not a range' },
      of('IpAddress', 'EndWith', '.251'),
      of('IpAddress', 'Contains', ':beef:'),
      equals('IpAddress', '2001:db8:c10d::9'),
    ],
    listed: [],
    shows: 'Textual operators on addresses, in logon, cloud and mail events',
  },
  {
    Name: 'retired-campaign',
    Title: 'Autumn offer campaign',
    Severity: 'Informational',
    Category: 'General',
    UxDescription:
      'A trace of the autumn offer campaign. Its domain was given back to its owner on 4 November; later visits are harmless.',
    RecommendedAction: 'None after 4 November. Before that, remove the downloaded file.',
    Enabled: true,
    iocs: [
      { ...equals('DomainName', 'autumn-offer.example'), ExpiresAt: RETIRED_AT },
      { ...equals('Sha1', MALWARE.retired.sha1), ExpiresAt: RETIRED_AT },
    ],
    listed: [],
    shows: 'Expiry against the time of the event: the same value before, at and after ExpiresAt',
  },
  {
    Name: 'dormant-actor',
    Title: 'Tooling of the Saltmarsh group',
    Severity: 'High',
    Category: 'Backdoor',
    UxDescription: 'A trace of the Saltmarsh group, which was last seen two years ago, appeared on a device.',
    RecommendedAction: 'Isolate the device and call the incident response team.',
    Enabled: true,
    iocs: [
      equals('Sha1', digest('sha1', 'saltmarsh')),
      equals('Sha256', digest('sha256', 'saltmarsh')),
      equals('Md5', digest('md5', 'saltmarsh')),
      equals('IpAddress', '203.0.113.140'),
      equals('DomainName', 'reed.saltmarsh.test'),
      of('DomainName', 'EndWith', '.marsh-relay.example'),
    ],
    listed: [],
    shows:
      'Nothing fires, though the telemetry holds each value with one character changed or in a place that is not matched',
  },
  {
    Name: 'tabletop-exercise',
    Title: 'Tabletop exercise: visit to the company portal',
    Severity: 'Low',
    Category: 'EnterprisePolicy',
    UxDescription: 'Left from a tabletop exercise. It would fire on every visit to the company portal.',
    RecommendedAction: 'Delete this definition.',
    Enabled: false,
    iocs: [equals('DomainName', 'portal.harbour.example'), of('DomainName', 'EndWith', '.harbour.example')],
    listed: [],
    shows: 'A disabled definition never fires, and its IOCs are counted as disabled',
  },
  {
    Id: 1001,
    Name: 'partner-watchlist',
    Title: 'Indicator from the insurers’ exchange',
    Severity: 'Medium',
    Category: 'SuspiciousNetworkTraffic',
    UxDescription:
      'A device touched an address, domain or file that another member of the insurers’ exchange reported this quarter.',
    RecommendedAction: 'Compare with the report in the exchange and tell its author what you saw.',
    Enabled: true,
    iocs: [
      equals('IpAddress', '203.0.113.18'),
      equals('IpAddress', '203.0.113.19'),
      equals('DomainName', 'files.remote-helper.example'),
      equals('DomainName', 'xn--hfen-loa.example'),
      equals('Sha256', MALWARE.partnerTool.sha256),
    ],
    listed: [],
    shows:
      'Definitions and IOCs as the API’s own bodies, bound by AlertDefinition@odata.bind; a name in its ASCII form',
  },
]

function of(Type: SampleType, DetectionFunction: SampleFunction, Value: string): SampleIoc {
  return { Type, DetectionFunction, Value }
}

function equals(Type: SampleType, Value: string): SampleIoc {
  return of(Type, 'Equals', Value)
}

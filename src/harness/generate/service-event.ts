import type { Columns } from './defender-event.ts'
import { ipv6, type EventPools } from './event-pools.ts'
import type { SeededRandom } from './seeded-random.ts'

/** An event of a table beside those of processes, files and connections. */
interface ServiceDraft {
  readonly table: string
  readonly columns: Columns
}

type Drafter = (pools: EventPools, random: SeededRandom) => Columns

/** What each table says of an event, over and above its time: logons, mail, clicks, cloud apps, identities, the rest of a device. */
const DRAFTERS: Readonly<Record<string, Drafter>> = {
  DeviceLogonEvents: (pools, random) => ({
    ...deviceColumns(pools, random),
    ...accountColumns(pools, random),
    ActionType: random.pick(['LogonSuccess', 'LogonFailed', 'LogonAttempted']),
    LogonType: random.pick(['Network', 'Interactive', 'RemoteInteractive', 'Batch']),
    LogonId: random.below(1e7),
    Protocol: random.pick(['NTLM', 'Kerberos', 'Negotiate']),
    FailureReason: null,
    IsLocalAdmin: random.chance(0.1),
    RemoteDeviceName: random.chance(0.5) ? random.pick(pools.devices).name : null,
    RemoteIP: random.chance(0.7) ? random.pick(pools.addresses) : null,
    RemotePort: 49_152 + random.below(16_000),
  }),
  DeviceEvents: (pools, random) => ({
    ...deviceColumns(pools, random),
    ...accountColumns(pools, random),
    ActionType: random.pick(['PowerShellCommand', 'UsbDriveMounted', 'BrowserLaunchedToOpenUrl']),
    ...fileColumns(pools, random),
    RemoteUrl: random.chance(0.3) ? urlOf(pools, random) : null,
    RemoteIP: null,
    FileOriginUrl: random.chance(0.2) ? urlOf(pools, random) : null,
    FileOriginReferrerUrl: random.chance(0.2) ? urlOf(pools, random) : null,
    FileOriginIP: random.chance(0.2) ? random.pick(pools.addresses) : null,
    RequestSourceIP: random.chance(0.2) ? random.pick(pools.addresses) : null,
    ProcessRemoteSessionIP: random.chance(0.2) ? random.pick(pools.devices).ip : null,
    InitiatingProcessRemoteSessionIP: random.chance(0.2) ? random.pick(pools.devices).ip : null,
  }),
  DeviceInfo: (pools, random) => ({
    ...deviceColumns(pools, random),
    PublicIP: random.pick(pools.addresses),
    OSPlatform: random.pick(['Windows11', 'WindowsServer2022']),
    OnboardingStatus: 'Onboarded',
  }),
  DeviceImageLoadEvents: (pools, random) => ({
    ...deviceColumns(pools, random),
    ActionType: 'ImageLoaded',
    ...fileColumns(pools, random),
  }),
  DeviceRegistryEvents: (pools, random) => ({
    ...deviceColumns(pools, random),
    ActionType: random.pick(['RegistryValueSet', 'RegistryKeyCreated']),
    RegistryKey: `HKEY_LOCAL_MACHINE\\SOFTWARE\\Vendor\\${random.hex(6)}`,
    RegistryValueName: 'Version',
    RegistryValueData: `${random.below(20)}.${random.below(9)}`,
    ...prefixed('InitiatingProcess', fileColumns(pools, random)),
  }),
  EmailEvents: (pools, random) => {
    const from = random.pick(pools.hosts)
    return {
      ...mailColumns(pools, random),
      ActionType: null,
      Subject: random.pick(['Minutes of the meeting', 'Invoice', 'Re: Travel', 'Weekly figures']),
      SenderFromAddress: `news@${from}`,
      SenderFromDomain: from,
      SenderMailFromAddress: `bounce@${from}`,
      SenderMailFromDomain: from,
      ...senderAddress(pools, random),
      EmailDirection: random.pick(['Inbound', 'Outbound', 'Intra-org']),
      DeliveryAction: random.pick(['Delivered', 'Junked', 'Blocked']),
      UrlCount: random.below(5),
      AttachmentCount: random.below(3),
    }
  },
  EmailUrlInfo: (pools, random) => {
    const host = random.pick(pools.hosts)
    const Url = `https://${host}/r/${random.hex(8)}`
    return { ...mailColumns(pools, random), Url, UrlDomain: host, UrlLocation: 'Body' }
  },
  EmailAttachmentInfo: (pools, random) => {
    const { name, sha256 } = random.pick(pools.files)
    return { ...mailColumns(pools, random), FileName: name, FileType: 'exe', SHA256: sha256 }
  },
  UrlClickEvents: (pools, random) => ({
    ...mailColumns(pools, random),
    ActionType: random.pick(['ClickAllowed', 'ClickBlocked']),
    AccountUpn: upnOf(pools, random),
    Workload: random.pick(['Email', 'Teams', 'Office']),
    IPAddress: random.pick(pools.addresses),
    Url: urlOf(pools, random),
    UrlChain: JSON.stringify([urlOf(pools, random), urlOf(pools, random)]),
  }),
  CloudAppEvents: (pools, random) => ({
    ...cloudColumns(pools, random),
    ActionType: random.pick(['FileDownloaded', 'MailItemsAccessed', 'UserLoggedIn']),
    Application: random.pick(['Microsoft Exchange Online', 'Microsoft SharePoint Online']),
    ObjectName: `document-${random.below(9999)}.docx`,
    CountryCode: random.pick(['DE', 'US', 'NL']),
    UserAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)',
  }),
  IdentityLogonEvents: (pools, random) => ({
    ...cloudColumns(pools, random),
    ...domainController(pools, random),
    ActionType: random.pick(['LogonSuccess', 'LogonFailed']),
    LogonType: 'Credentials validation',
    Protocol: 'Kerberos',
  }),
  IdentityDirectoryEvents: (pools, random) => ({
    ...cloudColumns(pools, random),
    ...domainController(pools, random),
    ActionType: random.pick(['Group Membership changed', 'Account Password changed']),
    TargetDeviceName: random.pick(pools.devices).name,
  }),
  IdentityQueryEvents: (pools, random) => ({
    ...cloudColumns(pools, random),
    ...domainController(pools, random),
    ActionType: 'LDAP query',
    QueryType: 'AllUsers',
    Protocol: 'Ldap',
  }),
  AADSignInEventsBeta: (pools, random) => ({
    ...cloudColumns(pools, random),
    Application: 'Office 365',
    ErrorCode: random.chance(0.9) ? 0 : 50_126,
    RiskLevelAggregated: 0,
  }),
  GraphApiAuditEvents: (pools, random) => ({
    ...cloudColumns(pools, random),
    RequestMethod: 'GET',
    ResponseStatusCode: '200',
    RequestUri: `https://graph.microsoft.com/v1.0/users/${guid(random)}`,
  }),
}

/** Tables of `draftServiceEvent`. */
export const SERVICE_TABLES: readonly string[] = Object.keys(DRAFTERS)

/** Drafts one benign event of a table of `SERVICE_TABLES`. */
export function draftServiceEvent(table: string, pools: EventPools, random: SeededRandom): ServiceDraft {
  return { table, columns: DRAFTERS[table]?.(pools, random) ?? {} }
}

function deviceColumns(pools: EventPools, random: SeededRandom): Columns {
  const { id, name } = random.pick(pools.devices)
  return { DeviceId: id, DeviceName: name, ReportId: random.below(1e6) }
}

function accountColumns(pools: EventPools, random: SeededRandom): Columns {
  return { AccountDomain: 'corp', AccountName: random.pick(pools.users), AccountSid: 'S-1-5-18' }
}

function fileColumns(pools: EventPools, random: SeededRandom): Columns {
  const { name, folder, sha1, sha256, md5 } = random.pick(pools.files)
  return {
    FileName: name,
    FolderPath: `${folder}\\${name}`,
    SHA1: sha1,
    SHA256: random.chance(0.8) ? sha256 : null,
    MD5: md5,
  }
}

function prefixed(prefix: string, columns: Columns): Columns {
  return Object.fromEntries(Object.entries(columns).map(([name, value]) => [prefix + name, value]))
}

function mailColumns(pools: EventPools, random: SeededRandom): Columns {
  return {
    NetworkMessageId: guid(random),
    RecipientEmailAddress: upnOf(pools, random),
    ReportId: `${random.hex(16)}-${random.below(1e6)}`,
  }
}

function senderAddress(pools: EventPools, random: SeededRandom): Columns {
  return random.chance(0.8)
    ? { SenderIPv4: ipv4Of(pools, random), SenderIPv6: null }
    : { SenderIPv4: null, SenderIPv6: ipv6(random) }
}

function cloudColumns(pools: EventPools, random: SeededRandom): Columns {
  return {
    AccountUpn: upnOf(pools, random),
    AccountObjectId: guid(random),
    IPAddress: random.pick(pools.addresses),
    ReportId: guid(random),
  }
}

function domainController(pools: EventPools, random: SeededRandom): Columns {
  return {
    DeviceName: random.pick(pools.devices).name,
    DestinationDeviceName: 'dc-1.corp.example',
    DestinationIPAddress: random.pick(pools.devices).ip,
  }
}

function upnOf(pools: EventPools, random: SeededRandom): string {
  return `${random.pick(pools.users)}@corp.example`
}

function urlOf(pools: EventPools, random: SeededRandom): string {
  return `https://${random.pick(pools.hosts)}/p/${random.hex(6)}`
}

/** Half of the pool's addresses are of the other version. */
function ipv4Of(pools: EventPools, random: SeededRandom): string {
  const drawn = random.pick(pools.addresses)
  return drawn.includes(':') ? `198.18.${random.below(256)}.${random.below(256)}` : drawn
}

function guid(random: SeededRandom): string {
  return `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-a${random.hex(3)}-${random.hex(12)}`
}

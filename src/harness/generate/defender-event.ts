import { ipv6, type EventPools, type PooledFile } from './event-pools.ts'
import type { SeededRandom } from './seeded-random.ts'

/** The four kinds of event that generated telemetry mixes. */
export const EVENT_KINDS = ['network', 'file', 'process', 'dns'] as const
/** One of `EVENT_KINDS`. */
export type EventKind = (typeof EVENT_KINDS)[number]

/** Columns of an event, or of its AdditionalFields. */
export type Columns = Record<string, unknown>

/** An event before it is written: its columns, and what AdditionalFields will hold as a string. */
export interface EventDraft {
  readonly table: string
  readonly time: string
  readonly columns: Columns
  readonly additional: Columns
}

const ARGUMENTS = ['/quiet', '-NoProfile', '--type=renderer', '-k netsvcs', '/c "start /min"', '--lang=en-US']
const FIRST_MS = Date.UTC(2026, 9, 1)

/** Drafts one benign event of about sixty columns, with explicit nulls as the streaming format has them. */
export function draftEvent(kind: EventKind, pools: EventPools, random: SeededRandom): EventDraft {
  const time = new Date(FIRST_MS + random.below(2_592_000_000)).toISOString().replace('Z', '4567Z')
  const device = random.pick(pools.devices)
  const common = {
    Timestamp: time,
    DeviceId: device.id,
    DeviceName: device.name,
    ReportId: random.below(1e6),
  }
  const actor = { ...processColumns('InitiatingProcess', pools, random), AppGuardContainerId: '' }
  const rest = { ...sessionColumns(random), MachineGroup: null }
  if (kind === 'network') {
    const columns = { ...common, ...networkColumns(device.ip, pools, random), ...actor, ...rest }
    return { table: 'DeviceNetworkEvents', time, columns, additional: {} }
  }
  if (kind === 'dns') {
    const columns = {
      ...common,
      ActionType: 'DnsConnectionInspected',
      ...emptyRemote(device.ip),
      ...actor,
      ...rest,
    }
    return { table: 'DeviceNetworkEvents', time, columns, additional: dnsFields(pools, random) }
  }
  const file = random.pick(pools.files)
  const columns = { ...common, ...fileColumns(kind, file, random), ...actor, ...rest }
  const additional = {
    FileType: 'PortableExecutable',
    Signer: 'Vendor \u00ae "Update"',
    Zone: random.below(4),
  }
  return { table: kind === 'file' ? 'DeviceFileEvents' : 'DeviceProcessEvents', time, columns, additional }
}

function networkColumns(localIp: string, pools: EventPools, random: SeededRandom): Columns {
  return {
    ActionType: random.pick(['ConnectionSuccess', 'ConnectionFailed', 'ConnectionRequest']),
    RemoteIP: random.pick(pools.addresses),
    RemotePort: random.pick([443, 80, 53, 8080]),
    RemoteUrl: remoteUrl(pools, random),
    LocalIP: localIp,
    LocalPort: 49_152 + random.below(16_000),
    Protocol: random.pick(['Tcp', 'Udp']),
    LocalIPType: 'Private',
    RemoteIPType: 'Public',
  }
}

/** Half bare hosts, some URLs, the rest null: what RemoteUrl holds in practice. */
function remoteUrl(pools: EventPools, random: SeededRandom): string | null {
  const share = random.below(100)
  if (share < 45) return random.pick(pools.hosts)
  if (share < 65)
    return `https://${random.pick(pools.hosts)}/v${random.below(9)}/item?id=${random.hex(8)}&lang=en`
  return share < 75 ? '' : null
}

function emptyRemote(localIp: string): Columns {
  return {
    RemoteIP: null,
    RemotePort: 53,
    RemoteUrl: null,
    LocalIP: localIp,
    LocalPort: null,
    Protocol: 'Udp',
  }
}

function dnsFields(pools: EventPools, random: SeededRandom): Columns {
  return {
    direction: 'Out',
    conn_state: 'SF',
    query: random.pick(pools.hosts),
    qtype_name: random.pick(['A', 'AAAA', 'HTTPS']),
    rcode_name: 'NOERROR',
    answers: [random.pick(pools.addresses), ipv6(random)],
    uid: random.hex(18),
  }
}

function fileColumns(kind: EventKind, file: PooledFile, random: SeededRandom): Columns {
  const known = {
    FileName: file.name,
    FolderPath: `${file.folder}\\${file.name}`,
    SHA1: file.sha1,
    SHA256: random.chance(0.8) ? file.sha256 : null,
    MD5: random.chance(0.8) ? file.md5 : null,
    FileSize: random.below(9_000_000),
  }
  if (kind === 'process')
    return {
      ActionType: 'ProcessCreated',
      ...known,
      ProcessVersionInfoCompanyName: 'Vendor Corporation',
      ProcessId: random.below(65_536),
      ProcessCommandLine: `"${file.folder}\\${file.name}" ${random.pick(ARGUMENTS)} --id ${random.hex(16)}`,
      ProcessIntegrityLevel: random.pick(['High', 'Medium', 'System']),
      LogonId: random.below(1e7),
    }
  return {
    ActionType: random.pick(['FileCreated', 'FileModified', 'FileRenamed']),
    ...known,
    FileOriginUrl: null,
    FileOriginReferrerUrl: null,
    FileOriginIP: null,
    PreviousFolderPath: null,
    PreviousFileName: null,
    RequestProtocol: 'Local',
    RequestSourceIP: null,
    ShareName: null,
    SensitivityLabel: null,
  }
}

function processColumns(prefix: string, pools: EventPools, random: SeededRandom): Columns {
  const file = random.pick(pools.files)
  const parent = random.pick(pools.files)
  const user = random.pick(pools.users)
  const columns = {
    SHA1: file.sha1,
    SHA256: random.chance(0.5) ? file.sha256 : null,
    MD5: random.chance(0.8) ? file.md5 : null,
    FileName: file.name,
    FileSize: random.below(9_000_000),
    VersionInfoCompanyName: random.chance(0.3) ? 'Vendor\u00ae Corporation' : null,
    VersionInfoProductName: null,
    VersionInfoOriginalFileName: null,
    Id: random.below(65_536),
    CommandLine: random.chance(0.5) ? file.name : `"${file.folder}\\${file.name}" ${random.pick(ARGUMENTS)}`,
    CreationTime: '2026-10-01T08:15:30.1234567Z',
    FolderPath: random.chance(0.3) ? `${file.folder}\\${file.name}` : null,
    ParentFileName: random.chance(0.5) ? parent.name : null,
    ParentId: random.below(65_536),
    ParentCreationTime: null,
    AccountDomain: 'corp',
    AccountName: user,
    AccountSid: random.pick(['S-1-5-18', 'S-1-5-20', `S-1-5-21-${random.below(1e9)}-${random.below(9999)}`]),
    AccountUpn: random.chance(0.3) ? `${user}@corp.example` : null,
    AccountObjectId: null,
    IntegrityLevel: random.pick(['High', 'Medium', 'System']),
    TokenElevation: null,
  }
  return Object.fromEntries(Object.entries(columns).map(([name, value]) => [prefix + name, value]))
}

function sessionColumns(random: SeededRandom): Columns {
  return {
    InitiatingProcessSessionId: random.below(4),
    IsInitiatingProcessRemoteSession: false,
    InitiatingProcessRemoteSessionDeviceName: null,
    InitiatingProcessRemoteSessionIP: null,
    InitiatingProcessUniqueId: null,
  }
}

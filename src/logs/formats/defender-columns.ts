import type {
  EnvelopePaths,
  FieldEntry,
  FieldMap,
  FieldScope,
  ObservableKind,
  Role,
} from '../../model/field-map.ts'

/** Columns of advanced hunting and what they carry (semantics 4). All Defender formats share this table. */
interface ColumnGroup {
  readonly columns: readonly string[]
  readonly kind: ObservableKind
  readonly role: Role
  readonly scope?: FieldScope
  readonly tables?: readonly string[]
}

const ACTOR_IP_TABLES = [
  'CloudAppEvents',
  'IdentityLogonEvents',
  'IdentityDirectoryEvents',
  'IdentityQueryEvents',
  'AADSignInEventsBeta',
  'GraphApiAuditEvents',
]

const COLUMN_GROUPS: readonly ColumnGroup[] = [
  { columns: ['SHA1'], kind: 'sha1', role: 'object' },
  { columns: ['SHA256'], kind: 'sha256', role: 'object' },
  { columns: ['MD5'], kind: 'md5', role: 'object' },
  { columns: ['InitiatingProcessSHA1'], kind: 'sha1', role: 'actor', scope: 'actor-hash' },
  { columns: ['InitiatingProcessSHA256'], kind: 'sha256', role: 'actor', scope: 'actor-hash' },
  { columns: ['InitiatingProcessMD5'], kind: 'md5', role: 'actor', scope: 'actor-hash' },
  {
    columns: ['RemoteIP', 'FileOriginIP', 'RequestSourceIP', 'SenderIPv4', 'SenderIPv6'],
    kind: 'ip',
    role: 'remote',
  },
  // The actor's entry comes first: in a table that neither names, it gives the role.
  { columns: ['IPAddress'], kind: 'ip', role: 'actor', tables: ACTOR_IP_TABLES },
  { columns: ['IPAddress'], kind: 'ip', role: 'local', scope: 'local-ip', tables: ['UrlClickEvents'] },
  {
    columns: [
      'LocalIP',
      'PublicIP',
      'DestinationIPAddress',
      'InitiatingProcessRemoteSessionIP',
      'ProcessRemoteSessionIP',
    ],
    kind: 'ip',
    role: 'local',
    scope: 'local-ip',
  },
  { columns: ['RemoteUrl', 'FileOriginUrl', 'FileOriginReferrerUrl', 'Url'], kind: 'url', role: 'remote' },
  { columns: ['UrlDomain', 'SenderFromDomain', 'SenderMailFromDomain'], kind: 'domain', role: 'remote' },
  {
    columns: [
      'DeviceName',
      'ComputerName',
      'RemoteDeviceName',
      'RemoteComputerName',
      'DestinationDeviceName',
      'TargetDeviceName',
    ],
    kind: 'domain',
    role: 'local',
    scope: 'local-domain',
  },
]

const DNS_ANSWERS: readonly FieldEntry[] = [
  nested(['DnsQueryResult', 'Result'], 'dns-results', 'dns-answer'),
  nested(['DnsQueryResult', 'result'], 'dns-results', 'dns-answer'),
  { ...nested(['answers'], 'json', 'dns-answer'), nested: [nested([], 'dns-results', 'dns-answer')] },
]

/** Names inside `AdditionalFields`, whatever the ActionType. */
const ADDITIONAL_FIELDS: readonly FieldEntry[] = [
  nested(['DnsQueryString'], 'domain', null),
  nested(['query'], 'domain', null),
  nested(['server_name'], 'domain', null),
  nested(['host'], 'url', null),
  ...DNS_ANSWERS,
]

const DOCUMENT_COLUMNS: readonly FieldEntry[] = [
  { ...nested(['UrlChain'], 'json', null), nested: [nested([], 'url', null)] },
  { ...nested(['AdditionalFields'], 'json', null), nested: ADDITIONAL_FIELDS },
]

const UNMATCHED_TABLES = ['DeviceInfo', 'DeviceNetworkInfo', 'DeviceFileCertificateInfo', 'AlertEvidence']

/** Names of tables before 2020 and their present ones (ti-api 5.2). */
const TABLE_ALIASES: Readonly<Record<string, string>> = {
  ProcessCreationEvents: 'DeviceProcessEvents',
  NetworkCommunicationEvents: 'DeviceNetworkEvents',
  FileCreationEvents: 'DeviceFileEvents',
  ImageLoadEvents: 'DeviceImageLoadEvents',
  LogonEvents: 'DeviceLogonEvents',
  RegistryEvents: 'DeviceRegistryEvents',
  MiscEvents: 'DeviceEvents',
  MachineInfo: 'DeviceInfo',
  MachineNetworkInfo: 'DeviceNetworkInfo',
}

/** What stands before a table's name in a streamed record's category. */
export const TABLE_PREFIX = 'AdvancedHunting-'

const OTHER_TABLES = [
  'AlertInfo',
  'EmailEvents',
  'EmailUrlInfo',
  'EmailAttachmentInfo',
  'EmailPostDeliveryEvents',
  'MessageEvents',
  'MessageUrlInfo',
  'UrlClickEvents',
  'IdentityInfo',
]

const KNOWN_TABLES: ReadonlySet<string> = new Set([
  ...Object.entries(TABLE_ALIASES).flat(),
  ...UNMATCHED_TABLES,
  ...ACTOR_IP_TABLES,
  ...OTHER_TABLES,
])

const CONTEXT_COLUMNS = [
  'InitiatingProcessFileName',
  'InitiatingProcessAccountName',
  'FileName',
  'AccountName',
  'RemotePort',
]

/** Columns that tell a Defender row from other JSON: mapped ones with telling names, and companions. */
const TELLING_COLUMNS: ReadonlySet<string> = new Set([
  ...COLUMN_GROUPS.flatMap(({ columns }) => columns),
  ...CONTEXT_COLUMNS,
  'UrlChain',
  'AdditionalFields',
  'FolderPath',
  'ProcessCommandLine',
  'InitiatingProcessCommandLine',
  'Timestamp',
  'EventTime',
  'DeviceId',
  'MachineId',
  'ReportId',
  'ActionType',
  'NetworkMessageId',
])

/** Companions that a table of rows names its table by. */
export const TABLE_COLUMNS: readonly string[] = ['TableName', '$table', 'Type']

/** How many columns of advanced hunting are among these. */
export function countDefenderColumns(columns: Iterable<string>): number {
  let count = 0
  for (const column of columns) if (TELLING_COLUMNS.has(column)) count += 1
  return count
}

/** True for a table of advanced hunting, old names and the streaming prefix included. */
export function isDefenderTable(name: string): boolean {
  return KNOWN_TABLES.has(name.startsWith(TABLE_PREFIX) ? name.slice(TABLE_PREFIX.length) : name)
}

/** Paths of what stands beside the row. */
interface BesideRow {
  readonly time: readonly string[][]
  readonly receivedTime?: readonly string[][]
  readonly table: readonly string[][]
}

/**
 * The field map of a Defender format. `row` is the path from the record to the row; `envelope` adds what stands
 * beside the row.
 */
export function defenderFieldMap(name: string, row: readonly string[], envelope: BesideRow): FieldMap {
  const columns = COLUMN_GROUPS.flatMap(({ columns, kind, role, scope, tables }) =>
    columns.map((column) => ({
      path: [...row, column],
      kind,
      role,
      scope: scope ?? null,
      tables: tables ?? null,
      nested: [],
    })),
  )
  const documents = DOCUMENT_COLUMNS.map((entry) => ({ ...entry, path: [...row, ...entry.path] }))
  return {
    name,
    entries: [...columns, ...documents],
    envelope: rowEnvelope(row, envelope),
    unmatchedTables: UNMATCHED_TABLES,
    tableAliases: TABLE_ALIASES,
    tablePrefix: TABLE_PREFIX,
    any: false,
  }
}

function rowEnvelope(row: readonly string[], beside: BesideRow): EnvelopePaths {
  const inRow = (...columns: readonly string[]): string[][] => columns.map((column) => [...row, column])
  return {
    time: [...inRow('Timestamp', 'EventTime'), ...beside.time],
    receivedTime: beside.receivedTime ?? [],
    table: beside.table,
    deviceId: inRow('DeviceId', 'MachineId'),
    deviceName: inRow('DeviceName', 'ComputerName'),
    computer: [],
    localEnd: inRow('LocalIP'),
    reportId: inRow('ReportId'),
    actionType: inRow('ActionType'),
    represents: [[...row, 'AdditionalFields', 'uniqueEventsAggregated']],
    context: inRow(...CONTEXT_COLUMNS),
  }
}

function nested(path: readonly string[], kind: ObservableKind, scope: FieldScope | null): FieldEntry {
  return { path, kind, role: 'remote', scope, tables: null, nested: [] }
}

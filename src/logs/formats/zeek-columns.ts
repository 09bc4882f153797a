import type { FieldEntry, FieldMap, FieldScope, ObservableKind, Role } from '../../model/field-map.ts'
import { NO_ENVELOPE } from './envelope.ts'

/** Columns of Zeek's logs and what they carry: both ends are matched (semantics 4). */
interface ColumnGroup {
  readonly columns: readonly string[]
  readonly kind: ObservableKind
  readonly role: Role
  readonly scope?: FieldScope
}

/** Some exporters write `id_orig_h` for `id.orig_h`. */
const ORIGINATOR = ['id.orig_h', 'id_orig_h']
const RESPONDER = ['id.resp_h', 'id_resp_h']

const COLUMN_GROUPS: readonly ColumnGroup[] = [
  { columns: ['sha1', 'resp_certificate_sha1'], kind: 'sha1', role: 'object' },
  // Prints of certificates, which Zeek takes with SHA-256 unless told otherwise; of another length they are no hash.
  {
    columns: ['sha256', 'fingerprint', 'cert_chain_fps', 'client_cert_chain_fps'],
    kind: 'sha256',
    role: 'object',
  },
  { columns: ['md5'], kind: 'md5', role: 'object' },
  {
    columns: [...ORIGINATOR, 'rx_hosts', 'src', 'client_addr', 'requested_addr', 'assigned_addr'],
    kind: 'ip',
    role: 'local',
  },
  {
    columns: [
      ...RESPONDER,
      'tx_hosts',
      'dst',
      'server_addr',
      'x_originating_ip',
      'request.host',
      'data_channel.orig_h',
      'data_channel.resp_h',
      'san.ip',
      'san_ip',
    ],
    kind: 'ip',
    role: 'remote',
  },
  { columns: ['query', 'server_name', 'san.dns', 'san_dns'], kind: 'domain', role: 'remote' },
  { columns: ['host', 'uri', 'referrer', 'helo', 'san.uri', 'san_uri'], kind: 'url', role: 'remote' },
  { columns: ['answers'], kind: 'domain', role: 'remote', scope: 'dns-answer' },
  { columns: ['host_name', 'client_fqdn'], kind: 'domain', role: 'local', scope: 'local-domain' },
]

/** Keys by which writers of JSON name the log. */
export const ZEEK_PATH_KEYS: readonly string[] = ['_path', '@path', '@stream', '_stream']

const ENTRIES: readonly FieldEntry[] = COLUMN_GROUPS.flatMap(({ columns, kind, role, scope }) =>
  columns.map((column) => ({ path: [column], kind, role, scope: scope ?? null, tables: null, nested: [] })),
)

/** The field map of a Zeek format. */
export function zeekFieldMap(name: string): FieldMap {
  const paths = (keys: readonly string[]): readonly (readonly string[])[] => keys.map((key) => [key])
  return {
    name,
    entries: ENTRIES,
    envelope: {
      ...NO_ENVELOPE,
      time: paths(['ts']),
      table: paths(ZEEK_PATH_KEYS),
      localEnd: paths(ORIGINATOR),
      context: paths(['uid', 'fuid', 'id.resp_p', 'id_resp_p', 'proto', 'service', 'filename']),
    },
    unmatchedTables: [],
    tableAliases: {},
    tablePrefix: '',
    any: false,
  }
}

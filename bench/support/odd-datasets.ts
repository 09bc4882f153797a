import type { Columns, EventDraft } from '../../src/harness/generate/defender-event.ts'
import { ipv4, ipv6 } from '../../src/harness/generate/event-pools.ts'
import type { SeededRandom } from '../../src/harness/generate/seeded-random.ts'
import { type EventSet, type EventSetWish, writeEvents, writeLine } from './datasets.ts'

const DIGESTS: readonly (readonly [column: string, name: string])[] = [
  ['SHA1', 'SHA1'],
  ['MD5', 'MD5'],
  ['SHA256', 'SHA256'],
]
/** Columns that one query of advanced hunting over these tables exports. */
const HEADER: readonly string[] = [
  'Timestamp,DeviceId,DeviceName,ActionType,RemoteIP,RemotePort,RemoteUrl,LocalIP',
  'LocalPort,Protocol,LocalIPType,RemoteIPType,FileName,FolderPath,SHA1,SHA256,MD5',
  'FileSize,FileOriginUrl,FileOriginReferrerUrl,FileOriginIP,RequestSourceIP,ProcessId',
  'ProcessCommandLine,LogonId,InitiatingProcessSHA1,InitiatingProcessSHA256',
  'InitiatingProcessMD5,InitiatingProcessFileName,InitiatingProcessFileSize',
  'InitiatingProcessVersionInfoCompanyName,InitiatingProcessId,InitiatingProcessCommandLine',
  'InitiatingProcessCreationTime,InitiatingProcessFolderPath,InitiatingProcessParentFileName',
  'InitiatingProcessAccountDomain,InitiatingProcessAccountName,InitiatingProcessAccountSid',
  'InitiatingProcessAccountUpn,InitiatingProcessIntegrityLevel,AdditionalFields,ReportId',
].flatMap((columns) => columns.split(','))

/** Events that name IPv6 addresses in half of the lines, in four fields. RemoteIP stays, since a hit may be planted there. */
export function ipv6Events(wish: EventSetWish): EventSet {
  return reshaped(wish, (columns, random) => {
    if (!random.chance(0.5)) return
    for (const column of ['LocalIP', 'FileOriginIP', 'RequestSourceIP', 'SenderIPv6'])
      columns[column] = random.chance(0.5) ? ipv6(random).toUpperCase() : ipv6(random)
  })
}

/** Events in which what mapped fields hold stands in arrays, with another value of its kind. */
export function arrayEvents(wish: EventSetWish): EventSet {
  return reshaped(wish, (columns, random) => {
    for (const [column, value] of Object.entries(columns)) {
      if (typeof value !== 'string' || value === '') continue
      if (column.endsWith('SHA1')) columns[column] = [random.hex(40), value]
      else if (column.endsWith('SHA256')) columns[column] = [value, random.hex(64)]
      else if (column === 'RemoteIP') columns[column] = [ipv4(random), value]
      else if (column === 'RemoteUrl') columns[column] = [value, `h${random.below(99)}.good.example`]
    }
  })
}

/** Events with Sysmon's `Hashes`, and its `QueryResults` on every line, in the place of columns for each. */
export function sysmonEvents(wish: EventSetWish): EventSet {
  return reshaped(wish, (columns, random) => {
    for (const prefix of ['', 'InitiatingProcess']) {
      const items = DIGESTS.flatMap(([column, name]) => {
        const value = columns[prefix + column]
        delete columns[prefix + column]
        return typeof value === 'string' ? [`${name}=${value.toUpperCase()}`] : []
      })
      if (items.length > 0)
        columns[`${prefix}Hashes`] = [...items, `IMPHASH=${random.hex(32).toUpperCase()}`].join(',')
    }
    const host = `h${random.below(30_000)}.good.example`
    columns['QueryResults'] = `type:  5 ${host};::ffff:${ipv4(random)};${ipv6(random)};`
  })
}

/** The events as a CSV export of advanced hunting; cells are quoted where they must be. */
export function csvEvents(wish: EventSetWish): EventSet {
  return writeEvents(wish, `${HEADER.join(',')}\n`, ({ columns, additional }) => {
    const document = Object.keys(additional).length === 0 ? '' : JSON.stringify(additional)
    const row: Columns = { ...columns, AdditionalFields: document }
    return `${HEADER.map((column) => cellOf(row[column])).join(',')}\n`
  })
}

/** Columns of a Zeek log, and those of Defender that give their values: what a process has stands beside what a file has. */
const ZEEK_COLUMNS: readonly (readonly [name: string, type: string, from: string])[] = [
  ['id.orig_h', 'addr', 'LocalIP'],
  ['id.orig_p', 'port', 'LocalPort'],
  ['id.resp_h', 'addr', 'RemoteIP'],
  ['id.resp_p', 'port', 'RemotePort'],
  ['proto', 'enum', 'Protocol'],
  ['host', 'string', 'RemoteUrl'],
  ['query', 'string', 'query'],
  ['filename', 'string', 'FileName'],
  ['md5', 'string', 'MD5'],
  ['sha1', 'string', 'SHA1'],
  ['sha256', 'string', 'SHA256'],
  ['md5', 'string', 'InitiatingProcessMD5'],
  ['resp_certificate_sha1', 'string', 'InitiatingProcessSHA1'],
  ['cert_chain_fps', 'vector[string]', 'InitiatingProcessSHA256'],
]

/** The events as rows of one Zeek log with the columns of several. */
export function zeekEvents(wish: EventSetWish): EventSet {
  const names = ['ts', 'uid', ...ZEEK_COLUMNS.map(([name]) => name)]
  const types = ['time', 'string', ...ZEEK_COLUMNS.map(([, type]) => type)]
  const head = `#separator \\x09\n#path\tconn\n#fields\t${names.join('\t')}\n#types\t${types.join('\t')}\n`
  return writeEvents(wish, head, ({ time, columns, additional }, random) => {
    const row: Columns = { ...columns, ...additional }
    const cells = ZEEK_COLUMNS.map(([, , from]) => zeekCell(row[from]))
    const seconds = (Date.parse(time) / 1000).toFixed(6)
    return `${[seconds, `C${random.hex(16)}`, ...cells].join('\t')}\n`
  })
}

function zeekCell(value: unknown): string {
  const text = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
  return text === '' ? '-' : text.replaceAll('\\', '\\\\').replaceAll(/[^\x20-\x7e]/g, '?')
}

function reshaped(wish: EventSetWish, reshape: (columns: Columns, random: SeededRandom) => void): EventSet {
  return writeEvents(wish, '', (draft: EventDraft, random) => {
    reshape(draft.columns, random)
    return writeLine(draft, random)
  })
}

function cellOf(value: unknown): string {
  const text = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

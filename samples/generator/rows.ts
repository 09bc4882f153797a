import type { Device, Person, Program } from './estate.ts'
import { guid } from './random.ts'
import type { Random } from './random.ts'
import { SYSTEM } from './estate.ts'

/** One row of a table as advanced hunting names its columns; absent values are null, as the streaming API writes them. */
export type Row = Readonly<Record<string, string | number | boolean | null>>

export interface SampleEvent {
  readonly table: string
  /** 100 ns ticks since 1970. */
  readonly time: bigint
  readonly row: Row
}

const WEEK_START_MS = Date.UTC(2026, 10, 2)
const DAY_MS = 86_400_000

/** Ticks of `HH:MM:SS` on a day of the sample week (0: Monday 2 November 2026), with a fraction of seven decimals. */
export function at(day: number, clock: string, random: Random): bigint {
  const [hour = 0, minute = 0, second = 0] = clock.split(':').map(Number)
  const ms = WEEK_START_MS + day * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000
  return BigInt(ms) * 10_000n + BigInt(random.between(0, 9_999_999))
}

/** A moment of a working day, most of them in office hours. */
export function someTime(random: Random): bigint {
  const day = random.chance(92) ? random.between(0, 4) : random.between(5, 6)
  const hour = random.chance(85) ? random.between(8, 17) : random.between(0, 23)
  return at(day, `${hour}:${random.between(0, 59)}:${random.between(0, 59)}`, random)
}

/** Ticks as the telemetry writes them, seven decimals. */
export function timeText(time: bigint): string {
  const seconds = new Date(Number(time / 10_000n)).toISOString().slice(0, 19)
  return `${seconds}.${(time % 10_000_000n).toString().padStart(7, '0')}Z`
}

/** Builds events of the Defender tables; every event gets the next ReportId of its device. */
export class RowWriter {
  readonly #random: Random
  readonly #reportIds = new Map<string, number>()

  constructor(random: Random) {
    this.#random = random
  }

  /** A row of a device table: who, where, when, the acting process, then the table's own columns. */
  device(table: string, time: bigint, device: Device, actor: Program, own: Row): SampleEvent {
    return {
      table,
      time,
      row: {
        Timestamp: timeText(time),
        DeviceId: device.id,
        DeviceName: device.name,
        ...own,
        ...this.#actorColumns(time, device.person, actor),
        ReportId: this.#nextReportId(device.id),
        MachineGroup: device.group,
      },
    }
  }

  /** A row of a mail, click or cloud table: no device, and a ReportId that is text. */
  service(table: string, time: bigint, own: Row): SampleEvent {
    const reportId = `${guid(`${table} ${time}`)}-${this.#nextReportId(table)}`
    return { table, time, row: { Timestamp: timeText(time), ...own, ReportId: reportId } }
  }

  #actorColumns(time: bigint, person: Person, actor: Program): Row {
    const started = time - BigInt(this.#random.between(1, 40_000)) * 1_000_000n
    const isSystem = person === SYSTEM || actor.folder.startsWith('C:\\Windows\\System32')
    return {
      InitiatingProcessAccountDomain: isSystem ? 'nt authority' : 'harbour',
      InitiatingProcessAccountName: isSystem ? 'system' : person.name,
      InitiatingProcessAccountSid: isSystem ? SYSTEM.sid : person.sid,
      InitiatingProcessAccountUpn: isSystem ? null : person.upn,
      InitiatingProcessCommandLine: `"${actor.folder}\\${actor.file}"`,
      InitiatingProcessCreationTime: timeText(started),
      InitiatingProcessFileName: actor.file,
      InitiatingProcessFileSize: actor.size,
      InitiatingProcessFolderPath: `${actor.folder}\\${actor.file}`.toLowerCase(),
      InitiatingProcessId: this.#random.between(400, 30_000),
      InitiatingProcessIntegrityLevel: isSystem ? 'System' : 'Medium',
      InitiatingProcessMD5: actor.md5,
      InitiatingProcessSHA1: actor.sha1,
      InitiatingProcessSHA256: this.#random.chance(30) ? actor.sha256 : null,
      InitiatingProcessVersionInfoCompanyName: actor.company,
      InitiatingProcessRemoteSessionIP: null,
    }
  }

  #nextReportId(key: string): number {
    const next = (this.#reportIds.get(key) ?? this.#random.between(100, 900)) + 1
    this.#reportIds.set(key, next)
    return next
  }
}

/** Columns of DeviceNetworkEvents beside the acting process. */
export function networkColumns(connection: {
  readonly action?: string
  readonly ip: string | null
  readonly port?: number
  readonly url?: string | null
  readonly localIp: string
  readonly fields?: Readonly<Record<string, unknown>> | null
}): Row {
  const { action = 'ConnectionSuccess', ip, port = 443, url = null, localIp, fields = null } = connection
  return {
    ActionType: action,
    RemoteIP: ip,
    RemoteIPType: ip === null ? null : ip.startsWith('::ffff:') ? 'FourToSixMapping' : 'Public',
    RemotePort: port,
    RemoteUrl: url,
    LocalIP: localIp,
    LocalIPType: 'Private',
    LocalPort: 49_152 + (port % 1000),
    Protocol: port === 53 ? 'Udp' : 'Tcp',
    AdditionalFields: fields === null ? null : JSON.stringify(fields),
  }
}

/** Columns of a file that an event is about. */
export function fileColumns(file: Program, withSha256: boolean): Row {
  return {
    FileName: file.file,
    FolderPath: `${file.folder}\\${file.file}`,
    FileSize: file.size,
    MD5: file.md5,
    SHA1: file.sha1,
    SHA256: withSha256 ? file.sha256 : null,
  }
}

/** Columns of DeviceFileEvents. */
export function createdFileColumns(
  file: Program,
  origin: { readonly url?: string; readonly referrer?: string; readonly ip?: string } = {},
): Row {
  return {
    ActionType: 'FileCreated',
    ...fileColumns(file, true),
    FileOriginUrl: origin.url ?? null,
    FileOriginReferrerUrl: origin.referrer ?? null,
    FileOriginIP: origin.ip ?? null,
    RequestSourceIP: null,
    RequestProtocol: null,
    PreviousFileName: null,
    AdditionalFields: JSON.stringify({ FileType: 'PortableExecutable' }),
  }
}

/** Columns of DeviceProcessEvents for a process that was started. */
export function startedProcessColumns(
  file: Program,
  person: Person,
  commandLine: string,
  processId: number,
): Row {
  return {
    ActionType: 'ProcessCreated',
    ...fileColumns(file, true),
    ProcessId: processId,
    ProcessCommandLine: commandLine,
    ProcessIntegrityLevel: person === SYSTEM ? 'System' : 'Medium',
    ProcessTokenElevation: 'TokenElevationTypeDefault',
    AccountDomain: person === SYSTEM ? 'nt authority' : 'harbour',
    AccountName: person.name,
    AccountSid: person.sid,
    ProcessVersionInfoCompanyName: file.company,
    AdditionalFields: null,
  }
}

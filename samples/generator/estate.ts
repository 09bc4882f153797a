import { digest, guid, plantedDigest } from './random.ts'

/** The invented company whose telemetry this is: Harbour Mutual, `harbour.example`. */
export const COMPANY_DOMAIN = 'harbour.example'
export const TENANT_ID: string = guid('tenant')

export interface Person {
  readonly name: string
  readonly upn: string
  readonly objectId: string
  readonly sid: string
}

export interface Device {
  readonly id: string
  readonly name: string
  readonly localIp: string
  readonly person: Person
  readonly group: string
}

/** One file on disk, with the hashes that events carry. */
export interface Program {
  readonly file: string
  readonly folder: string
  readonly company: string | null
  readonly size: number
  readonly md5: string
  readonly sha1: string
  readonly sha256: string
}

/** A benign place on the network. */
export interface Site {
  readonly host: string
  readonly ip: string
}

const NAMES = ['ana', 'bo', 'chidi', 'dora', 'emeka', 'freya', 'goran', 'hana', 'imran', 'julia'] as const

export const PEOPLE: readonly Person[] = NAMES.map((name, i) => ({
  name,
  upn: `${name}@${COMPANY_DOMAIN}`,
  objectId: guid(`person ${name}`),
  sid: `S-1-5-21-1000000001-1000000002-1000000003-${1100 + i}`,
}))

export const SYSTEM: Person = { name: 'system', upn: '', objectId: '', sid: 'S-1-5-18' }

const WORKSTATIONS: readonly Device[] = PEOPLE.map((person, i) =>
  device(`ws-${person.name}`, `10.20.1.${20 + i}`, person, 'Workstations'),
)
const SERVERS: readonly Device[] = ['srv-files', 'srv-print', 'srv-claims', 'dc-1'].map((name, i) =>
  device(name, `10.20.0.${10 + i}`, SYSTEM, 'Servers'),
)
export const DEVICES: readonly Device[] = [...WORKSTATIONS, ...SERVERS]

/** The device with that short name. */
export function deviceNamed(name: string): Device {
  const found = DEVICES.find((device) => device.name.startsWith(`${name}.`))
  if (found === undefined) throw new Error(`no device ${name}`)
  return found
}

const SYSTEM32 = 'C:\\Windows\\System32'
const PROGRAM_FILES = 'C:\\Program Files'

/** Ordinary software; the hashes are digests of made-up texts. */
export const PROGRAMS: readonly Program[] = [
  program('svchost.exe', SYSTEM32, 'Lighthouse Systems'),
  program('explorer.exe', 'C:\\Windows', 'Lighthouse Systems'),
  program('powershell.exe', `${SYSTEM32}\\WindowsPowerShell\\v1.0`, 'Lighthouse Systems'),
  program('cmd.exe', SYSTEM32, 'Lighthouse Systems'),
  program('rundll32.exe', SYSTEM32, 'Lighthouse Systems'),
  program('services.exe', SYSTEM32, 'Lighthouse Systems'),
  program('harbourmail.exe', `${PROGRAM_FILES}\\Harbour Mail`, 'Harbour IT'),
  program('claims.exe', `${PROGRAM_FILES}\\Claims Desk`, 'Harbour IT'),
  program('seabird.exe', `${PROGRAM_FILES}\\Seabird Browser`, 'Seabird Project'),
  program('seabird-updater.exe', `${PROGRAM_FILES}\\Seabird Browser`, 'Seabird Project'),
  program('paperclip.exe', `${PROGRAM_FILES}\\Paperclip Office`, 'Paperclip GmbH'),
  program('tally.exe', `${PROGRAM_FILES}\\Paperclip Office`, 'Paperclip GmbH'),
  program('backup-agent.exe', `${PROGRAM_FILES}\\Quiet Backup`, 'Quiet Software'),
  program('vpn-client.exe', `${PROGRAM_FILES}\\Tunnelwerk`, 'Tunnelwerk AG'),
]

/** Libraries that programs load. */
export const LIBRARIES: readonly Program[] = [
  'netapi',
  'cryptlib',
  'render2d',
  'speller',
  'printui',
  'ziplib',
].map((name) => program(`${name}.dll`, SYSTEM32, 'Lighthouse Systems'))

export const SITES: readonly Site[] = [
  'updates.lighthouse.example',
  'telemetry.lighthouse.example',
  'portal.harbour.example',
  'mail.harbour.example',
  'claims.harbour.example',
  'news.harbourtown.example',
  'www.weather-desk.example',
  'static.weather-desk.example',
  'cdn.seabird.example',
  'releases.seabird.example',
  'templates.paperclip.example',
  'storage.quiet-backup.example',
  'maps.coastline.example',
  'tiles.coastline.example',
  'search.finder.example',
  'www.tide-tables.example',
  'api.currency-board.test',
  'forum.insurers.test',
].map((host, i) => ({ host, ip: `192.0.2.${10 + i * 7}` }))

/** What the invented intruders brought along. The last block carries fragments that a packer leaves in its output. */
export const MALWARE = {
  loader: program('invoice-viewer.exe', 'C:\\Users\\Public\\Documents', null),
  loaderTwo: program('parcel-label.exe', 'C:\\ProgramData\\Parcel', null),
  loaderLibrary: program('tidelib.dll', 'C:\\ProgramData\\Parcel', null),
  dumper: program('lantern.exe', 'C:\\Windows\\Temp', null),
  dumperScript: program('lantern-collect.ps1', 'C:\\Windows\\Temp', null),
  retired: program('autumn-offer.exe', 'C:\\Users\\Public\\Downloads', null),
  partnerTool: program('remote-helper.exe', 'C:\\ProgramData\\Helper', null),
  packedSha1Start: packed('quarry-01.exe', { sha1: ['start', '0ddba11e'] }),
  packedSha1End: packed('quarry-02.exe', { sha1: ['end', 'c0ffee5afe'] }),
  packedSha1Middle: packed('quarry-03.exe', { sha1: ['middle', 'deadfa11deadfa11'] }),
  packedSha256Start: packed('quarry-04.exe', { sha256: ['start', '5eaf00d5eaf00d'] }),
  packedSha256End: packed('quarry-05.exe', { sha256: ['end', 'b01dface0ff'] }),
  packedSha256Middle: packed('quarry-06.exe', { sha256: ['middle', 'f005ba11f005ba11'] }),
  packedMd5Start: packed('quarry-07.exe', { md5: ['start', 'ba5eba11'] }),
  packedMd5End: packed('quarry-08.exe', { md5: ['end', 'd15ea5ed'] }),
  packedMd5Middle: packed('quarry-09.exe', { md5: ['middle', 'facade0facade0'] }),
} as const

type Place = readonly ['start' | 'middle' | 'end', string]

/** An ordinary program of that name, with digests of its own. */
export function program(file: string, folder: string, company: string | null): Program {
  const text = `${folder}\\${file}`
  return {
    file,
    folder,
    company,
    size: 20_480 + file.length * 7_919,
    md5: digest('md5', text),
    sha1: digest('sha1', text),
    sha256: digest('sha256', text),
  }
}

function packed(
  file: string,
  planted: { readonly md5?: Place; readonly sha1?: Place; readonly sha256?: Place },
): Program {
  const plain = program(file, 'C:\\Users\\Public\\Downloads', null)
  return {
    ...plain,
    md5: planted.md5 === undefined ? plain.md5 : plantedDigest('md5', file, ...planted.md5),
    sha1: planted.sha1 === undefined ? plain.sha1 : plantedDigest('sha1', file, ...planted.sha1),
    sha256: planted.sha256 === undefined ? plain.sha256 : plantedDigest('sha256', file, ...planted.sha256),
  }
}

function device(shortName: string, localIp: string, person: Person, group: string): Device {
  return {
    id: digest('sha1', `device ${shortName}`),
    name: `${shortName}.${COMPANY_DOMAIN}`,
    localIp,
    person,
    group,
  }
}

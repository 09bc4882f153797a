import { COMPANY_DOMAIN, DEVICES, LIBRARIES, PEOPLE, PROGRAMS, SITES, program } from './estate.ts'
import type { Device, Program } from './estate.ts'
import { guid } from './random.ts'
import type { Random } from './random.ts'
import { createdFileColumns, fileColumns, networkColumns, someTime, startedProcessColumns } from './rows.ts'
import type { RowWriter, SampleEvent } from './rows.ts'

/** How many ordinary events each table gets. */
export const BACKGROUND_COUNTS = {
  network: 420,
  hunting: 170,
  bare: 80,
  process: 380,
  file: 230,
  imageLoad: 180,
  device: 220,
  logon: 170,
  cloud: 120,
  mail: 80,
  link: 100,
  click: 40,
  registry: 50,
} as const

/** Ordinary days of the company: nothing here is meant to fire. */
export class Background {
  readonly #random: Random
  readonly #rows: RowWriter

  constructor(random: Random, rows: RowWriter) {
    this.#random = random
    this.#rows = rows
  }

  many(count: number, make: () => SampleEvent): readonly SampleEvent[] {
    return Array.from({ length: count }, make)
  }

  network(): SampleEvent {
    const device = this.#device()
    const site = this.#random.pick(SITES)
    const isFailure = this.#random.chance(6)
    const withUrl = this.#random.chance(60)
    const inspected = this.#random.chance(12)
    const fields = inspected ? { direction: 'Out', conn_state: 'SF', server_name: site.host } : null
    const columns = networkColumns({
      action: inspected ? 'SslConnectionInspected' : isFailure ? 'ConnectionFailed' : 'ConnectionSuccess',
      ip: site.ip,
      port: this.#random.chance(85) ? 443 : 80,
      url: !withUrl || inspected ? null : this.#random.chance(70) ? site.host : `https://${site.host}/`,
      localIp: device.localIp,
      fields,
    })
    return this.#rows.device('DeviceNetworkEvents', someTime(this.#random), device, this.#program(), columns)
  }

  process(): SampleEvent {
    const device = this.#device()
    const file = this.#program()
    const commandLine = `"${file.folder}\\${file.file}"${this.#random.pick(['', ' /quiet', ' --profile default', ' -k netsvcs', ' /n "Claims, open.tally"'])}`
    const columns = startedProcessColumns(file, device.person, commandLine, this.#random.between(400, 30_000))
    return this.#rows.device('DeviceProcessEvents', someTime(this.#random), device, this.#program(), columns)
  }

  file(): SampleEvent {
    const number = this.#random.between(1, 60)
    const file = program(`claim-${1000 + number}.tally`, 'C:\\Users\\Public\\Claims', null)
    const fromWeb = this.#random.chance(15)
    const columns = createdFileColumns(
      file,
      fromWeb
        ? {
            url: `https://claims.${COMPANY_DOMAIN}/download/${1000 + number}`,
            referrer: `https://portal.${COMPANY_DOMAIN}/`,
          }
        : {},
    )
    return this.#rows.device(
      'DeviceFileEvents',
      someTime(this.#random),
      this.#device(),
      this.#program(),
      columns,
    )
  }

  imageLoad(): SampleEvent {
    const columns = {
      ActionType: 'ImageLoaded',
      ...fileColumns(this.#random.pick(LIBRARIES), false),
      AdditionalFields: null,
    }
    return this.#rows.device(
      'DeviceImageLoadEvents',
      someTime(this.#random),
      this.#device(),
      this.#program(),
      columns,
    )
  }

  deviceEvent(): SampleEvent {
    const site = this.#random.pick(SITES)
    const [action, fields] = this.#random.pick<readonly [string, Readonly<Record<string, unknown>>]>([
      [
        'DnsQueryResponse',
        { DnsQueryString: site.host, DnsQueryResult: [{ DnsQueryType: 'A', Result: site.ip }] },
      ],
      [
        'DnsQueryResponse',
        { DnsQueryString: site.host, DnsQueryResult: [{ DnsQueryType: 'A', Result: site.ip }] },
      ],
      ['PowerShellCommand', { Command: 'Get-Printer' }],
      ['ScheduledTaskCreated', { TaskName: '\\Quiet Backup\\Nightly' }],
    ])
    const columns = {
      ActionType: action,
      FileName: null,
      FolderPath: null,
      MD5: null,
      SHA1: null,
      SHA256: null,
      RemoteUrl: null,
      RemoteIP: null,
      RemotePort: null,
      LocalIP: null,
      LocalPort: null,
      FileOriginUrl: null,
      FileOriginIP: null,
      AdditionalFields: JSON.stringify(fields),
    }
    return this.#rows.device('DeviceEvents', someTime(this.#random), this.#device(), this.#program(), columns)
  }

  logon(): SampleEvent {
    const person = this.#random.pick(PEOPLE)
    const isRemote = this.#random.chance(30)
    const columns = {
      ActionType: this.#random.chance(94) ? 'LogonSuccess' : 'LogonFailed',
      LogonType: isRemote ? 'RemoteInteractive' : 'Interactive',
      AccountDomain: 'harbour',
      AccountName: person.name,
      AccountSid: person.sid,
      RemoteDeviceName: isRemote ? `ws-${person.name}` : null,
      RemoteIP: isRemote ? `198.51.100.${this.#random.between(20, 49)}` : null,
      RemoteIPType: isRemote ? 'Public' : null,
      RemotePort: isRemote ? this.#random.between(50_000, 60_000) : null,
      IsLocalAdmin: false,
      AdditionalFields: null,
    }
    return this.#rows.device(
      'DeviceLogonEvents',
      someTime(this.#random),
      this.#device(),
      this.#program(),
      columns,
    )
  }

  cloud(): SampleEvent {
    const person = this.#random.pick(PEOPLE)
    return this.#rows.service('CloudAppEvents', someTime(this.#random), {
      ActionType: this.#random.pick(['FileAccessed', 'MailItemsAccessed', 'UserLoggedIn', 'FileModified']),
      Application: 'Paperclip Online',
      ApplicationId: 11_161,
      AccountDisplayName: person.name,
      AccountId: person.objectId,
      IPAddress: `198.51.100.${this.#random.between(100, 140)}`,
      IsAnonymousProxy: false,
      CountryCode: 'NO',
      City: 'Bergen',
      UserAgent: 'Seabird/131.0',
      ObjectName: null,
      RawEventData: JSON.stringify({ Workload: 'Paperclip', Operation: 'Access' }),
      AdditionalFields: null,
    })
  }

  mail(): SampleEvent {
    const person = this.#random.pick(PEOPLE)
    const sender = this.#random.pick(['insurers.test', 'coastline.example', 'tide-tables.example'])
    return this.#rows.service('EmailEvents', someTime(this.#random), {
      NetworkMessageId: guid(`mail ${this.#random.next()}`),
      SenderFromAddress: `news@${sender}`,
      SenderFromDomain: sender,
      SenderMailFromAddress: `bounce@${sender}`,
      SenderMailFromDomain: sender,
      SenderIPv4: `192.0.2.${this.#random.between(150, 190)}`,
      SenderIPv6: null,
      RecipientEmailAddress: person.upn,
      Subject: this.#random.pick(['Weekly tides', 'Minutes of the forum', 'Map update']),
      EmailDirection: 'Inbound',
      DeliveryAction: 'Delivered',
      ThreatTypes: null,
      AdditionalFields: null,
    })
  }

  link(): SampleEvent {
    const site = this.#random.pick(SITES)
    return this.#rows.service('EmailUrlInfo', someTime(this.#random), {
      NetworkMessageId: guid(`link ${this.#random.next()}`),
      Url: `https://${site.host}/articles/${this.#random.between(100, 999)}`,
      UrlDomain: site.host,
      UrlLocation: 'Body',
    })
  }

  click(): SampleEvent {
    const site = this.#random.pick(SITES)
    const person = this.#random.pick(PEOPLE)
    const url = `https://${site.host}/articles/${this.#random.between(100, 999)}`
    return this.#rows.service('UrlClickEvents', someTime(this.#random), {
      ActionType: 'ClickAllowed',
      AccountUpn: person.upn,
      Workload: 'Email',
      Url: url,
      UrlChain: JSON.stringify([url]),
      IPAddress: `198.51.100.${this.#random.between(100, 140)}`,
      IsClickedThrough: false,
      NetworkMessageId: guid(`click ${this.#random.next()}`),
    })
  }

  registry(): SampleEvent {
    return this.#rows.device(
      'DeviceRegistryEvents',
      someTime(this.#random),
      this.#device(),
      this.#program(),
      {
        ActionType: 'RegistryValueSet',
        RegistryKey: 'HKEY_CURRENT_USER\\Software\\Seabird\\Updates',
        RegistryValueName: 'Channel',
        RegistryValueType: 'String',
        RegistryValueData: 'https://releases.seabird.example/stable',
        PreviousRegistryValueData: null,
      },
    )
  }

  #device(): Device {
    return this.#random.pick(DEVICES)
  }

  #program(): Program {
    return this.#random.pick(PROGRAMS)
  }
}

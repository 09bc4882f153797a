import { PEOPLE, PROGRAMS, SITES, SYSTEM, deviceNamed } from './estate.ts'
import type { Device, Person, Program } from './estate.ts'
import { guid } from './random.ts'
import type { Random } from './random.ts'
import { at, createdFileColumns, fileColumns, networkColumns, startedProcessColumns } from './rows.ts'
import type { Row, RowWriter, SampleEvent } from './rows.ts'

/** Day and clock time in the sample week. */
export type When = readonly [day: number, clock: string]

/** One method per kind of event, so that an incident reads as a list of what happened. */
export class EventMaker {
  readonly #random: Random
  readonly #rows: RowWriter

  constructor(random: Random, rows: RowWriter) {
    this.#random = random
    this.#rows = rows
  }

  connect(
    device: string,
    when: When,
    actor: Program,
    connection: Omit<Parameters<typeof networkColumns>[0], 'localIp'> & { readonly localIp?: string },
  ): SampleEvent {
    const on = deviceNamed(device)
    const columns = networkColumns({ localIp: on.localIp, ...connection })
    return this.#rows.device('DeviceNetworkEvents', this.#at(when), on, actor, columns)
  }

  create(
    device: string,
    when: When,
    actor: Program,
    file: Program,
    origin: Parameters<typeof createdFileColumns>[1] = {},
  ): SampleEvent {
    const columns = createdFileColumns(file, origin)
    return this.#rows.device('DeviceFileEvents', this.#at(when), deviceNamed(device), actor, columns)
  }

  start(device: string, when: When, actor: Program, file: Program, commandLine: string): SampleEvent {
    const on = deviceNamed(device)
    const columns = startedProcessColumns(file, on.person, commandLine, this.#random.between(400, 30_000))
    return this.#rows.device('DeviceProcessEvents', this.#at(when), on, actor, columns)
  }

  load(device: string, when: When, actor: Program, library: Program): SampleEvent {
    const columns = { ActionType: 'ImageLoaded', ...fileColumns(library, true), AdditionalFields: null }
    return this.#rows.device('DeviceImageLoadEvents', this.#at(when), deviceNamed(device), actor, columns)
  }

  resolve(device: string, when: When, name: string, answer: string = SITES[0]?.ip ?? ''): SampleEvent {
    return this.deviceEvent(device, when, 'DnsQueryResponse', {
      DnsQueryString: name,
      DnsQueryResult: [{ DnsQueryType: 'A', Result: answer }],
    })
  }

  deviceEvent(
    device: string,
    when: When,
    action: string,
    fields: Readonly<Record<string, unknown>>,
  ): SampleEvent {
    const columns = {
      ActionType: action,
      RemoteUrl: null,
      RemoteIP: null,
      AdditionalFields: JSON.stringify(fields),
    }
    return this.#rows.device(
      'DeviceEvents',
      this.#at(when),
      deviceNamed(device),
      programNamed('powershell.exe'),
      columns,
    )
  }

  logon(device: string, when: When, ip: string, person: Person): SampleEvent {
    const columns = {
      ActionType: 'LogonFailed',
      LogonType: 'RemoteInteractive',
      AccountDomain: 'harbour',
      AccountName: person.name,
      AccountSid: person.sid,
      RemoteDeviceName: null,
      RemoteIP: ip,
      RemoteIPType: 'Public',
      RemotePort: this.#random.between(50_000, 60_000),
      IsLocalAdmin: false,
      AdditionalFields: null,
    }
    return this.#rows.device(
      'DeviceLogonEvents',
      this.#at(when),
      deviceNamed(device),
      programNamed('svchost.exe'),
      columns,
    )
  }

  cloud(when: When, ip: string, action: string): SampleEvent {
    const person = PEOPLE[2] ?? SYSTEM
    return this.#service('CloudAppEvents', when, {
      ActionType: action,
      Application: 'Paperclip Online',
      AccountDisplayName: person.name,
      AccountId: person.objectId,
      IPAddress: ip,
      IsAnonymousProxy: true,
      UserAgent: 'curl/8.5.0',
      RawEventData: JSON.stringify({ Workload: 'Paperclip', Operation: action, ClientIP: ip }),
      AdditionalFields: null,
    })
  }

  mail(when: When, domain: string, ip: string, subject: string): SampleEvent {
    return this.#service('EmailEvents', when, {
      NetworkMessageId: guid(`mail ${domain} ${subject}`),
      SenderFromAddress: `desk@${domain}`,
      SenderFromDomain: domain,
      SenderMailFromAddress: `desk@${domain}`,
      SenderMailFromDomain: domain,
      SenderIPv4: ip,
      SenderIPv6: null,
      RecipientEmailAddress: 'ana@harbour.example',
      Subject: subject,
      EmailDirection: 'Inbound',
      DeliveryAction: 'Delivered',
      ThreatTypes: null,
    })
  }

  link(when: When, url: string, domain: string): SampleEvent {
    return this.#service('EmailUrlInfo', when, {
      NetworkMessageId: guid(`link ${url}`),
      Url: url,
      UrlDomain: domain,
      UrlLocation: 'Body',
    })
  }

  click(when: When, url: string, chain: readonly string[], ip = '198.51.100.104'): SampleEvent {
    return this.#service('UrlClickEvents', when, {
      ActionType: 'ClickAllowed',
      AccountUpn: 'ana@harbour.example',
      Workload: 'Email',
      Url: url,
      UrlChain: JSON.stringify(chain),
      IPAddress: ip,
      IsClickedThrough: false,
      NetworkMessageId: guid(`click ${url} ${ip}`),
    })
  }

  inventory(when: When, device: Device, publicIp: string): SampleEvent {
    return this.#service('DeviceInfo', when, {
      DeviceId: device.id,
      DeviceName: device.name,
      PublicIP: publicIp,
      OSPlatform: device.group === 'Servers' ? 'Server2022' : 'Desktop11',
      IsInternetFacing: false,
      LoggedOnUsers: JSON.stringify([{ UserName: device.person.name }]),
      MachineGroup: device.group,
    })
  }

  evidence(when: When, device: Device, file: Program): SampleEvent {
    return this.#service('AlertEvidence', when, {
      AlertId: `da${guid(`alert ${device.name}`)}`,
      Title: 'Suspicious file',
      EntityType: 'File',
      EvidenceRole: 'Related',
      SHA1: file.sha1,
      SHA256: file.sha256,
      FileName: file.file,
      RemoteIP: '203.0.113.77',
      RemoteUrl: 'beacon.tidewater.test',
      DeviceId: device.id,
      DeviceName: device.name,
    })
  }

  #service(table: string, when: When, columns: Row): SampleEvent {
    return this.#rows.service(table, this.#at(when), columns)
  }

  #at([day, clock]: When): bigint {
    return at(day, clock, this.#random)
  }
}

/** The ordinary program of that file name. */
export function programNamed(file: string): Program {
  const found = PROGRAMS.find((program) => program.file === file)
  if (found === undefined) throw new Error(`no program ${file}`)
  return found
}

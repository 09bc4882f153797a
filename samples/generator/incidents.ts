import { DEVICES, MALWARE, PEOPLE, SYSTEM, program } from './estate.ts'
import type { Program } from './estate.ts'
import { EventMaker, programNamed } from './event-maker.ts'
import type { When } from './event-maker.ts'
import { digest } from './random.ts'
import type { Random } from './random.ts'
import type { RowWriter, SampleEvent } from './rows.ts'

const BROWSER = programNamed('seabird.exe')
const MAIL = programNamed('harbourmail.exe')
const SHELL = programNamed('powershell.exe')
const EXPLORER = programNamed('explorer.exe')
const SERVICES = programNamed('svchost.exe')
const HARMLESS = program('readme.txt', 'C:\\Users\\Public\\Documents', null)

/** What the invented intruders do in the week, and beside every hit the near misses that must stay quiet. */
export class Incidents {
  readonly #random: Random
  readonly #make: EventMaker

  constructor(random: Random, rows: RowWriter) {
    this.#random = random
    this.#make = new EventMaker(random, rows)
  }

  /** Mail, links and clicks that lead to the look-alike portal. */
  phishing(): readonly SampleEvent[] {
    const page = 'https://login-harbour.invalid/session?user=ana'
    return [
      this.#make.mail([0, '08:41:10'], 'harbour-sso.example', '203.0.113.40', 'Your session has expired'),
      this.#make.mail(
        [0, '08:41:12'],
        'mail.harbour-sso.example',
        '203.0.113.40',
        'Your session has expired',
      ),
      this.#make.link([0, '08:41:10'], page, 'login-harbour.invalid'),
      this.#make.link([0, '08:41:12'], 'https://LOGIN-HARBOUR.example:8443/', 'login-harbour.example'),
      this.#make.link([0, '09:02:55'], 'https://secure-parcel.test/label/7', 'secure-parcel.test'),
      this.#make.click([0, '08:52:31'], page, [page]),
      this.#make.click([0, '09:15:02'], 'https://short.finder.example/x7', [
        'https://short.finder.example/x7',
        'https://login-harbour.secure.example/a',
      ]),
      this.#make.connect('ws-ana', [0, '08:52:33'], BROWSER, {
        ip: '203.0.113.40',
        url: 'login-harbour.invalid',
      }),
      this.#make.connect('ws-ana', [0, '08:52:34'], BROWSER, {
        action: 'SslConnectionInspected',
        ip: '203.0.113.40',
        fields: { direction: 'Out', server_name: 'Login-Harbour.invalid' },
      }),
      this.#make.connect('ws-bo', [0, '09:10:00'], BROWSER, {
        ip: '203.0.113.41',
        url: 'https://secure-parcel.test./label',
      }),
      // Near misses: something before the beginning, a dot for the hyphen, one letter more, the name in a mere subject.
      this.#make.link([1, '10:00:00'], 'https://my-login-harbour.invalid/', 'my-login-harbour.invalid'),
      this.#make.link([1, '10:01:00'], 'https://harbour.sso.example/', 'harbour.sso.example'),
      this.#make.link([1, '10:02:00'], 'https://secure-parcels.test/', 'secure-parcels.test'),
      this.#make.link(
        [1, '10:03:00'],
        'https://www.finder.example/?q=login-harbour.invalid',
        'www.finder.example',
      ),
      this.#make.mail([1, '11:20:00'], 'insurers.test', '192.0.2.160', 'Warning: login-harbour.invalid'),
    ]
  }

  /** The loader lands on two workstations, is run, and the implant of one calls home for more than a day. */
  tidewater(): readonly SampleEvent[] {
    const origin = { url: 'https://img3.tidewater-cdn.example/invoice.zip', ip: '203.0.113.61' }
    return [
      this.#make.create('ws-ana', [0, '09:05:12'], BROWSER, MALWARE.loader, origin),
      this.#make.start(
        'ws-ana',
        [0, '09:05:40'],
        EXPLORER,
        MALWARE.loader,
        '"invoice-viewer.exe" /open invoice.pdf',
      ),
      this.#make.create('ws-bo', [0, '09:11:02'], BROWSER, MALWARE.loaderTwo, {
        referrer: 'https://cdn7.Tidewater-CDN.example./label',
      }),
      this.#make.start('ws-bo', [0, '09:11:30'], EXPLORER, MALWARE.loaderTwo, 'parcel-label.exe'),
      this.#make.load('ws-bo', [0, '09:11:31'], MALWARE.loaderTwo, MALWARE.loaderLibrary),
      ...this.#beacons('ws-ana', MALWARE.loader, 80),
      ...this.#otherSpellings(),
      ...this.#tidewaterNearMisses(),
    ]
  }

  /** The dumper on the file server, started from ws-ana. */
  lantern(): readonly SampleEvent[] {
    const server = 'srv-files'
    return [
      this.#make.create(server, [1, '02:14:05'], SERVICES, MALWARE.dumper),
      this.#make.create(server, [1, '02:14:09'], SERVICES, MALWARE.dumperScript),
      this.#make.start(
        server,
        [1, '02:15:00'],
        SHELL,
        MALWARE.dumper,
        'lantern.exe --all --out C:\\Windows\\Temp\\l.bin',
      ),
      this.#make.create(server, [1, '02:15:20'], MALWARE.dumper, program('l.bin', 'C:\\Windows\\Temp', null)),
      this.#make.connect(server, [1, '02:16:00'], MALWARE.dumper, { ip: '10.20.0.13', port: 445 }),
      this.#make.load('dc-1', [1, '02:31:00'], MALWARE.dumper, programNamed('services.exe')),
      // Near misses: one digit changed, and the hash in a command line, where nothing is looked for.
      this.#make.create(server, [2, '09:00:00'], EXPLORER, changed(MALWARE.dumper)),
      this.#make.start(
        server,
        [2, '09:01:00'],
        SHELL,
        HARMLESS,
        `Get-FileHash -Expect ${MALWARE.dumper.sha1}`,
      ),
    ]
  }

  /** Files whose hashes carry the fragments, and files that carry them in the wrong place. */
  quarry(): readonly SampleEvent[] {
    const packed = Object.values(MALWARE).filter((file) => file.file.startsWith('quarry-'))
    const hits = packed.flatMap((file, i) => [
      this.#make.create('ws-dora', [2, `10:${10 + i}:00`], EXPLORER, file),
      this.#make.start('ws-emeka', [3, `11:${10 + i}:00`], EXPLORER, file, file.file),
    ])
    const wrongPlaces: readonly Partial<Program>[] = [
      { sha256: `0ddba11e${digest('sha256', 'miss 1').slice(8)}` }, // a Sha1 beginning in a SHA256
      { sha1: `00ddba11e${digest('sha1', 'miss 2').slice(9)}` }, // not at the start
      { sha1: `${digest('sha1', 'miss 3').slice(10)}c0ffee5aff` }, // last digit changed
      { md5: `${digest('md5', 'miss 4').slice(9)}d15ea5ed0` }, // not at the end
      { sha1: `ba5eba11${digest('sha1', 'miss 5').slice(8)}` }, // an Md5 beginning in a SHA1
      { sha256: `5eaf00d5eaf0de${digest('sha256', 'miss 6').slice(14)}` }, // one digit in the middle changed
      { sha1: digest('md5', 'miss 7').replace(/^.{8}/, 'ba5eba11') }, // an MD5 in the SHA1 column: wrong length
    ]
    const misses = wrongPlaces.map((hashes, i) =>
      this.#make.create('ws-dora', [2, `14:${10 + i}:00`], EXPLORER, {
        ...program(`plain-${i}.exe`, 'C:\\Tools', null),
        ...hashes,
      }),
    )
    return [...hits, ...misses]
  }

  /** A claim file leaves in DNS labels. */
  tunnel(): readonly SampleEvent[] {
    const queries = Array.from({ length: 24 }, (_, i) =>
      this.#make.resolve(
        'srv-claims',
        [1, `03:${10 + i}:07`],
        `${digest('sha1', `piece ${i}`).slice(0, 30)}.${i}.q.drain.invalid`,
      ),
    )
    const relayed = Array.from({ length: 6 }, (_, i) =>
      this.#make.connect('srv-claims', [2, `04:1${i}:30`], SHELL, {
        action: 'DnsConnectionInspected',
        ip: '192.0.2.53',
        port: 53,
        fields: {
          direction: 'Out',
          query: `p${i}.t-relay.currency-board.test`,
          qtype_name: 'TXT',
          answers: ['ok'],
        },
      }),
    )
    return [
      ...queries,
      ...relayed,
      // Near misses: the name itself has no label before it; the hyphen is missing; the text stands in a PowerShell command.
      this.#make.resolve('srv-claims', [1, '03:50:00'], 'q.drain.invalid'),
      this.#make.resolve('srv-claims', [1, '03:51:00'], 'p1.trelay.currency-board.test'),
      this.#make.deviceEvent('srv-claims', [1, '03:52:00'], 'PowerShellCommand', {
        Command: 'nslookup a.q.drain.invalid',
      }),
    ]
  }

  /** Password spraying against remote sign-in, the cloud and the mail service. */
  spraying(): readonly SampleEvent[] {
    const sources = ['198.51.100.7', '198.51.100.70', '198.51.100.79', '203.0.113.251', '2001:db8:1:beef::9']
    const sprayed = sources.flatMap((ip, i) =>
      PEOPLE.slice(0, 5).map((person, j) =>
        this.#make.logon('srv-claims', [3, `01:${10 + i * 8 + j}:${20 + j}`], ip, person),
      ),
    )
    return [
      ...sprayed,
      this.#make.cloud([3, '06:12:00'], '2001:DB8:C10D:0:0:0:0:9', 'UserLoggedIn'),
      this.#make.cloud([3, '06:13:30'], '2001:db8:c10d::9', 'MailItemsAccessed'),
      this.#make.cloud([3, '06:14:10'], '198.51.100.71', 'FileDownloaded'),
      this.#make.mail([3, '07:00:00'], 'insurers.test', '203.0.113.251', 'Minutes'),
      // Near misses: another last digit, another group, the address of the user who clicked, a local end.
      this.#make.logon('srv-claims', [3, '01:58:00'], '198.51.100.80', PEOPLE[5] ?? SYSTEM),
      this.#make.logon('srv-claims', [3, '01:58:30'], '203.0.113.25', PEOPLE[5] ?? SYSTEM),
      this.#make.logon('srv-claims', [3, '01:59:00'], '2001:db8:1:bee:f::9', PEOPLE[5] ?? SYSTEM),
      this.#make.click([3, '08:00:00'], 'https://search.finder.example/', [], '198.51.100.75'),
      this.#make.connect('srv-print', [3, '08:01:00'], SERVICES, {
        ip: '192.0.2.17',
        localIp: '203.0.113.251',
      }),
    ]
  }

  /** Visits to the retired campaign's domain before, at and after its IOCs end. */
  retired(): readonly SampleEvent[] {
    const visit = (when: When): SampleEvent =>
      this.#make.connect('ws-hana', when, BROWSER, {
        ip: '203.0.113.90',
        url: 'https://autumn-offer.example/win',
      })
    const exactly = visit([2, '12:00:00'])
    const noon = exactly.time - (exactly.time % 10_000_000n)
    return [
      visit([0, '13:00:00']),
      visit([1, '15:30:00']),
      visit([2, '11:59:59']),
      { ...exactly, time: noon, row: { ...exactly.row, Timestamp: '2026-11-04T12:00:00.0000000Z' } },
      visit([2, '12:00:01']),
      visit([4, '09:00:00']),
      this.#make.create('ws-hana', [0, '13:02:00'], BROWSER, MALWARE.retired),
      this.#make.create('ws-imran', [5, '13:02:00'], BROWSER, MALWARE.retired),
    ]
  }

  /** What the insurers' exchange reported. */
  partner(): readonly SampleEvent[] {
    return [
      this.#make.create('ws-julia', [4, '10:20:00'], BROWSER, MALWARE.partnerTool, {
        url: 'http://user@files.remote-helper.example:8080/setup',
      }),
      this.#make.connect('ws-julia', [4, '10:21:00'], MALWARE.partnerTool, {
        ip: '203.0.113.18',
        url: 'http://203.0.113.18/register',
      }),
      this.#make.connect('ws-julia', [4, '10:25:00'], BROWSER, {
        ip: '203.0.113.99',
        url: 'https://häfen.example/',
      }),
      this.#make.resolve('ws-julia', [4, '10:26:00'], 'FILES.remote-helper.example.'),
    ]
  }

  /** Every value of the dormant definition with one character changed, or where it is not looked for. */
  saltmarsh(): readonly SampleEvent[] {
    const near = {
      ...program('reed.exe', 'C:\\Tools', null),
      sha1: lastDigitChanged(digest('sha1', 'saltmarsh')),
      sha256: lastDigitChanged(digest('sha256', 'saltmarsh')),
      md5: lastDigitChanged(digest('md5', 'saltmarsh')),
    }
    return [
      this.#make.create('ws-goran', [4, '14:00:00'], EXPLORER, near),
      this.#make.start('ws-goran', [4, '14:01:00'], EXPLORER, near, `reed.exe --peer reed.saltmarsh.test`),
      this.#make.connect('ws-goran', [4, '14:02:00'], near, {
        ip: '203.0.113.14',
        url: 'reeds.saltmarsh.test',
      }),
      this.#make.connect('ws-goran', [4, '14:03:00'], near, {
        ip: '203.0.113.141',
        url: 'reed.saltmarsh.test.example',
      }),
      this.#make.connect('ws-goran', [4, '14:04:00'], near, {
        ip: '192.0.2.24',
        url: 'https://marsh-relay.example/',
      }),
      this.#make.connect('ws-goran', [4, '14:05:00'], near, {
        ip: '192.0.2.24',
        url: 'https://www.finder.example/reed.saltmarsh.test',
      }),
      this.#make.connect('ws-goran', [4, '14:06:00'], near, { ip: '192.0.2.24', localIp: '203.0.113.140' }),
      this.#make.resolve('ws-goran', [4, '14:07:00'], 'www.finder.example', '203.0.113.140'),
    ]
  }

  /** The second workstation calls home as well; these rows reach the samples as a hunting export. */
  exportedBeacons(): readonly SampleEvent[] {
    const twoLines = 'parcel-label.exe /note "line one\nline two, still the same cell"'
    return this.#beacons('ws-bo', MALWARE.loaderTwo, 30).map((event, i) =>
      i === 4 ? { ...event, row: { ...event.row, InitiatingProcessCommandLine: twoLines } } : event,
    )
  }

  /** Inventory and alerts of the service itself: tables that are never matched, whatever they hold. */
  inventory(): readonly SampleEvent[] {
    return DEVICES.flatMap((device, i) => [
      this.#make.inventory([0, `06:${10 + i}:00`], device, '203.0.113.77'),
      ...(i < 4 ? [this.#make.evidence([1, `10:${10 + i}:00`], device, MALWARE.loader)] : []),
    ])
  }

  #beacons(device: string, actor: Program, count: number): readonly SampleEvent[] {
    return Array.from({ length: count }, (_, i) => {
      const minutes = 9 * 60 + 20 + i * 20
      const clock = `${Math.floor(minutes / 60) % 24}:${minutes % 60}:${this.#random.between(0, 59)}`
      const day = Math.floor(minutes / 1440)
      const isBlocked = i % 9 === 8
      return this.#make.connect(device, [day, clock], actor, {
        action: isBlocked ? 'ConnectionFailed' : 'ConnectionSuccess',
        ip: '203.0.113.77',
        url: isBlocked ? null : 'beacon.tidewater.test',
      })
    })
  }

  /** The same infrastructure as other sensors write it. */
  #otherSpellings(): readonly SampleEvent[] {
    return [
      this.#make.resolve('ws-chidi', [1, '09:30:00'], 'BEACON.Tidewater.test.'),
      this.#make.connect('ws-chidi', [1, '09:30:01'], SHELL, {
        ip: '2001:0DB8:0077:0000:0000:0000:0000:0005',
        url: null,
      }),
      this.#make.connect('ws-chidi', [1, '09:31:00'], SHELL, { ip: '::ffff:203.0.113.77', url: null }),
      this.#make.connect('ws-chidi', [1, '09:32:00'], SHELL, {
        ip: '192.0.2.99',
        url: 'https://beacon.tidewater.test:8443/gate?id=7',
      }),
      this.#make.connect('ws-chidi', [1, '09:33:00'], SHELL, {
        action: 'HttpConnectionInspected',
        ip: '192.0.2.99',
        port: 80,
        fields: { direction: 'Out', method: 'POST', host: 'a1.tidewater-cdn.example', uri: '/up' },
      }),
      this.#make.connect('ws-chidi', [1, '09:34:00'], SHELL, {
        ip: null,
        url: 'http://[2001:db8:77::5]:8080/gate',
      }),
    ]
  }

  #tidewaterNearMisses(): readonly SampleEvent[] {
    const urls = [
      'beacons.tidewater.test', // one letter more
      'x.beacon.tidewater.test', // Equals is not the subdomains
      'becon.tidewater.test', // one letter less
      'beacon.tidewater.test.example', // the name as a prefix
      'https://tidewater-cdn.example/', // EndWith wants the dot
      'nottidewater-cdn.example', // label border
      'https://www.finder.example/?u=https://beacon.tidewater.test/', // in the query of another site's URL
      'https://beacon.tidewater.test@maps.coastline.example/', // as the user name
    ]
    return [
      ...urls.map((url, i) =>
        this.#make.connect('ws-freya', [2, `16:${10 + i}:00`], BROWSER, { ip: '192.0.2.31', url }),
      ),
      this.#make.connect('ws-freya', [2, '16:30:00'], BROWSER, { ip: '203.0.113.7' }),
      this.#make.connect('ws-freya', [2, '16:31:00'], BROWSER, { ip: '203.0.113.177' }),
      this.#make.connect('srv-print', [2, '16:32:00'], SERVICES, {
        ip: '192.0.2.31',
        localIp: '203.0.113.77',
      }),
      this.#make.resolve('ws-freya', [2, '16:33:00'], 'www.tide-tables.example', '203.0.113.77'), // an answer, not contacted
      this.#make.create('ws-freya', [2, '16:34:00'], BROWSER, changed(MALWARE.loader)),
    ]
  }
}

/** The same file with the last digit of every hash changed. */
function changed(file: Program): Program {
  return {
    ...file,
    file: `copy-of-${MAIL.file}`,
    md5: lastDigitChanged(file.md5),
    sha1: lastDigitChanged(file.sha1),
    sha256: lastDigitChanged(file.sha256),
  }
}

function lastDigitChanged(hex: string): string {
  return hex.slice(0, -1) + (hex.endsWith('0') ? '1' : '0')
}

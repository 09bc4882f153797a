import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { compileRules } from '../../src/engine/compile-rules.ts'
import { IndexImage } from '../../src/engine/image-reader.ts'
import { replay, type ReplayOptions } from '../../src/replay/replay.ts'
import { parseRules } from '../../src/rules/parse-rules.ts'
import { temporaryFolder } from '../support/run-cli.ts'
import { networkEvent, ruleFile } from '../support/small-logs.ts'

const RULES = ruleFile([
  { Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.c2.example' },
  { Type: 'IpAddress', DetectionFunction: 'StartWith', Value: '203.0.113.' },
  { Type: 'DomainName', DetectionFunction: 'Contains', Value: 'blue' },
])

/** Lines with hits, misses, copies, blanks, CRLF, garbage, an escaped key and no newline at the end. */
function oddLog(count: number): string {
  const lines = Array.from({ length: count }, (_, i) => {
    if (i % 11 === 3) return ''
    if (i % 13 === 5) return 'garbage { not a record'
    if (i % 7 === 1) return networkEvent({ ReportId: 7, RemoteUrl: 'copy.c2.example' })
    if (i % 5 === 2) return networkEvent({ ReportId: i, RemoteIP: `203.0.113.${i % 256}` }) + '\r'
    if (i % 17 === 4)
      return networkEvent({ ReportId: i }).replace(
        '"RemoteUrl":null',
        '"Remote\\u0055rl":"deep.blue.example"',
      )
    return networkEvent({ ReportId: i, RemoteUrl: `host${i}.good.example` })
  })
  return '\uFEFF' + lines.join('\n')
}

/** Rows with hits, misses, newlines and quotes in cells, blanks, CRLF, a wrong width, and a quote that is never closed. */
function oddRows(count: number): string {
  const rows = Array.from({ length: count }, (_, i) => {
    if (i % 11 === 3) return ''
    if (i % 13 === 5) return 'one cell'
    if (i % 7 === 1) return `${i},ws-1,copy.c2.example,,"{""query"":""x""}",`
    if (i % 5 === 2) return `${i},"ws\n1","good.example",203.0.113.${i % 256},"a ""b""",\r`
    if (i % 17 === 4) return `${i},ws-1,,,"{""DnsQueryString"":""deep.blue.example""}",`
    return `${i},ws-1,"https://host${i}.good.example/","198.51.100.${i % 256}",,`
  })
  const header = 'Timestamp,DeviceName,RemoteUrl,RemoteIP,AdditionalFields,ReportId'
  return ['\uFEFF' + header, ...rows, '1,2,"an open quote, x.c2.example', '2,,y.c2.example,,,'].join('\n')
}

/** Two headers with rows that hit and miss, escapes, lists, blanks, CRLF, a wrong width and comments. */
function oddZeek(count: number): string {
  const header = (separator: string, columns: string): readonly string[] => [
    `#separator \\x${separator.charCodeAt(0).toString(16).padStart(2, '0')}`,
    `#path${separator}conn`,
    ['#fields', ...columns.split(' ')].join(separator),
    ['#types', ...columns.split(' ').map((name) => (name === 'answers' ? 'set[string]' : 'string'))].join(
      separator,
    ),
  ]
  const row = (separator: string, i: number): string => {
    if (i % 11 === 3) return ''
    if (i % 13 === 5) return '# a comment'
    if (i % 7 === 1) return ['1793527200.5', '10.0.0.1', 'copy\\x2ec2.example', '-'].join(separator)
    if (i % 5 === 2) return [i, `203.0.113.${i % 256}`, '"', 'a.example,(empty)'].join(separator) + '\r'
    return [i, '-', `host${i}.good.example`, 'x.c2.example,198.51.100.1']
      .join(separator)
      .slice(i % 17 === 4 ? 9 : 0)
  }
  const rows = (separator: string): readonly string[] =>
    Array.from({ length: count }, (_, i) => row(separator, i))
  return [
    ...header('\t', 'ts id.resp_h query answers'),
    ...rows('\t'),
    ...header('|', 'uid id.orig_h host answers'),
    ...rows('|'),
    '#close|now',
  ].join('\n')
}

const KERNELS = ['wasm', 'portable', 'off'] as const
const folder = temporaryFolder('bytes')
const text = oddLog(40)
writeFileSync(join(folder, 'a.ndjson'), text)
writeFileSync(join(folder, 'b.ndjson'), text.slice(1, 3000))
writeFileSync(join(folder, 'c.json'), `{"records":[${networkEvent({ RemoteUrl: 'x.c2.example' })}]}`)
writeFileSync(join(folder, 'd.bin'), gzipSync(text))
const rows = oddRows(60)
writeFileSync(join(folder, 'e.csv'), rows)
writeFileSync(join(folder, 'f.tsv'), rows.replaceAll(',', '\t').slice(1, 4000))
writeFileSync(join(folder, 'g.csv.gz'), gzipSync(rows))
writeFileSync(join(folder, 'h.log'), oddZeek(40))
writeFileSync(join(folder, 'i.log.gz'), gzipSync(oddZeek(40)))

const parsed = parseRules([{ name: 'a.rules.json', bytes: new TextEncoder().encode(RULES) }], {
  readSibling: () => null,
})
if (!parsed.ok) throw new Error('the rules of this test are broken')
const image = IndexImage.open(compileRules(parsed.rules).image)

/** `digest` is of all that a run says; `found` leaves out what it says of the files. */
async function digestOf(
  options: ReplayOptions,
  logs: string = folder,
): Promise<{ readonly digest: string; readonly found: string; readonly detections: number }> {
  const streams = {
    detections: createHash('sha256'),
    alerts: createHash('sha256'),
    quarantine: createHash('sha256'),
  }
  let detections = 0
  const { summary } = await replay([logs], image, {
    now: 0n,
    onDetection: (line) => {
      detections += 1
      streams.detections.update(JSON.stringify(line))
    },
    onAlert: (line) => streams.alerts.update(JSON.stringify(line)),
    onQuarantined: (line) => streams.quarantine.update(JSON.stringify(line)),
    ...options,
  })
  const { timing: _, ...stable } = summary
  const { input: _files, ...counts } = stable
  const parts = Object.values(streams).map((stream) => stream.digest('hex'))
  const digest = (rest: object): string =>
    createHash('sha256')
      .update([...parts, JSON.stringify(rest)].join('\n'))
      .digest('hex')
  return { digest: digest(stable), found: digest(counts), detections }
}

test('workers {0,1,2,3,8}, chunk sizes {1 B, 7 B, 4 KiB, 64 KiB, whole} and kernels give the same bytes', async () => {
  const reference = await digestOf({ workers: 0, chunkBytes: 'whole', kernel: 'off' })
  expect(reference.detections).toBeGreaterThan(10)

  const variants: ReplayOptions[] = []
  for (const workers of [0, 1, 2, 3, 8])
    for (const chunkBytes of [4096, 'whole'] as const)
      for (const kernel of KERNELS) variants.push({ workers, chunkBytes, kernel })
  for (const kernel of KERNELS) variants.push({ workers: 0, chunkBytes: 7, kernel })
  for (const workers of [2, 8]) variants.push({ workers, chunkBytes: 7 }, { workers, chunkBytes: 65_536 })
  variants.push({ workers: 0, chunkBytes: 1 }, { workers: 2, chunkBytes: 1 })

  for (const variant of variants)
    expect({ variant, ...(await digestOf(variant)) }).toEqual({ variant, ...reference })
}, 600_000)

/** Cuts the text into pieces of very different lengths, lines or not. */
function packed(log: Buffer, compress: (piece: Buffer) => Buffer, lengths: readonly number[]): Buffer {
  const members: Buffer[] = []
  for (let at = 0, i = 0; at < log.length; i += 1) {
    const length = lengths[i % lengths.length] ?? log.length
    members.push(compress(log.subarray(at, at + length)))
    at += length
  }
  return Buffer.concat(members)
}

test('a log gives the same detections plain and packed, in one member or in many', async () => {
  const log = Buffer.from(oddLog(5000))
  const lengths = [1, 700_000, 65_280, 65_280, 3000, 1_048_576]
  const contents = [
    log,
    gzipSync(log),
    packed(log, gzipSync, lengths),
    zstdCompressSync(log),
    packed(log, zstdCompressSync, lengths),
  ]
  const own = temporaryFolder('packed')

  const found: { readonly digest: string; readonly detections: number }[] = []
  for (const content of contents) {
    writeFileSync(join(own, 'log'), content)
    for (const options of [{ workers: 0, kernel: 'off' } as const, { workers: 2 }]) {
      const { found: digest, detections } = await digestOf(options, own)
      found.push({ digest, detections })
    }
  }

  expect(log.length).toBeGreaterThan(1_500_000)
  expect(found[0]?.detections).toBeGreaterThan(500)
  expect(found).toEqual(found.map(() => found[0]))
}, 600_000)

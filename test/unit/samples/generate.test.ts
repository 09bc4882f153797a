import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { DEFINITIONS } from '../../../samples/generator/definitions.ts'
import { countExpected } from '../../../samples/generator/count.ts'
import { telemetryFiles } from '../../../samples/generator/telemetry-files.ts'
import { generateSamples } from '../../../samples/generate.ts'
import { CATEGORIES, DEFINITION_TEXT_LIMITS, SEVERITIES } from '../../../src/model/alert-definition.ts'
import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../../../src/model/indicator.ts'

const SAMPLES = resolve(import.meta.dirname, '../../../samples')
const SIZE_LIMIT_BYTES = 3 * 1024 * 1024

/** gzip bytes differ between versions of zlib; their contents do not. */
function contentOf(name: string, bytes: Uint8Array): string {
  return Buffer.from(name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
}

const generated = generateSamples()
const texts = Array.from(generated, ([name, bytes]) => ({ name, text: contentOf(name, bytes) }))
const telemetry = texts.filter(({ name }) => name.startsWith('telemetry/'))

test('the committed samples are what the generator writes, no file more or less but tests written by hand', () => {
  const committed = ['telemetry', 'rules']
    .flatMap((folder) => readdirSync(join(SAMPLES, folder)).map((name) => `${folder}/${name}`))
    .filter((name) => !name.endsWith('.test.yaml'))

  expect(
    Array.from(generated.keys())
      .filter((name) => name.includes('/'))
      .sort(),
  ).toEqual(committed.sort())
  for (const { name, text } of texts)
    expect(
      contentOf(name, readFileSync(join(SAMPLES, name))) === text,
      `${name}: run node samples/generate.ts`,
    ).toBe(true)
})

test('the samples are large enough to be a week and small enough to be cloned', () => {
  const files = telemetryFiles()

  const tables = new Set(files.flatMap((file) => file.records.map((record) => record.table)))
  const bytes = Array.from(generated.values(), (file) => file.length).reduce((sum, length) => sum + length, 0)

  expect(files.flatMap((file) => file.records).length).toBeGreaterThan(2000)
  expect(tables.size).toBeGreaterThan(10)
  expect(bytes).toBeLessThan(SIZE_LIMIT_BYTES)
})

test('every type with every operator fires, and every definition but the dormant one', () => {
  const { definitions, fired } = countExpected('all', [], telemetryFiles())

  const firedKinds = new Set(fired.map(({ ioc }) => ioc.split(' ').slice(0, 2).join(' ')))
  const allKinds = INDICATOR_TYPES.flatMap((type) =>
    DETECTION_FUNCTIONS.map((operator) => `${type} ${operator}`),
  )

  expect(allKinds.filter((kind) => !firedKinds.has(kind))).toEqual([])
  expect(definitions.filter(({ detections }) => detections === 0).map(({ Name }) => Name)).toEqual([
    'dormant-actor',
  ])
})

test('the definitions keep the limits and enumerations of the API', () => {
  for (const definition of DEFINITIONS) {
    expect(SEVERITIES).toContain(definition.Severity)
    expect(CATEGORIES).toContain(definition.Category)
    expect(definition.Title.length).toBeLessThanOrEqual(DEFINITION_TEXT_LIMITS.Title)
    expect(definition.UxDescription.length).toBeLessThanOrEqual(DEFINITION_TEXT_LIMITS.UxDescription)
  }
})

test('the samples name no real host and no real address', () => {
  const documented = /^(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$|^10\.20\.\d+\.\d+$/
  const urlHost = /:\/\/(?:[^/"@\s]*@)?([^/:"\s[\]]+)/g
  const bareHost =
    /(?:Url|Domain|DeviceName|DnsQueryString|server_name|query|host)\\?":\\?"((?:[\w-]+\.)+[\w-]+\.?)\\?"/g
  const hosts = telemetry
    .flatMap(({ text }) => [...text.matchAll(urlHost), ...text.matchAll(bareHost)])
    .map(([, host = '']) => host.replace(/\.$/, ''))
  const addresses = telemetry.flatMap(({ text }) =>
    Array.from(text.matchAll(/(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/g), ([address]) => address),
  )

  expect(hosts.length).toBeGreaterThan(2000)
  expect(addresses.length).toBeGreaterThan(500)
  expect(
    hosts.filter((host) => !/\.(?:example|test|invalid)$/i.test(host) && !documented.test(host)),
  ).toEqual([])
  expect(addresses.filter((address) => !documented.test(address))).toEqual([])
})

test('the generator shares no code with the tool', () => {
  const sources = [
    'generate.ts',
    ...readdirSync(join(SAMPLES, 'generator')).map((name) => `generator/${name}`),
  ]

  const imported = sources.flatMap((name) =>
    Array.from(
      readFileSync(join(SAMPLES, name), 'utf8').matchAll(/from '([^']+)'/g),
      ([, from = '']) => from,
    ),
  )

  expect(imported.filter((from) => !/^(?:node:|\.\/)/.test(from))).toEqual([])
})

import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { listInputs } from '../../../../src/files/list-inputs.ts'
import { listRuleFiles } from '../../../../src/files/list-rule-files.ts'
import { readSibling } from '../../../../src/files/read-sibling.ts'
import { openByteSource } from '../../../../src/files/byte-source.ts'
import { compileRules } from '../../../../src/engine/compile-rules.ts'
import { IndexImage } from '../../../../src/engine/image-reader.ts'
import { Matcher } from '../../../../src/engine/matcher.ts'
import type { Semantics } from '../../../../src/model/semantics.ts'
import { DEFAULT_SEMANTICS } from '../../../../src/model/semantics.ts'
import { classifyInput } from '../../../../src/replay/classify-input.ts'
import { explainInput } from '../../../../src/replay/explain/explain-input.ts'
import { replay } from '../../../../src/replay/replay.ts'
import { parseRules } from '../../../../src/rules/parse-rules.ts'

const SAMPLES = resolve(import.meta.dirname, '../../../../samples')
const TELEMETRY = resolve(SAMPLES, 'telemetry')

function sampleImage(): IndexImage {
  const listed = listRuleFiles([resolve(SAMPLES, 'rules')], { cwd: SAMPLES })
  const paths = new Map(listed.files.map((file) => [file.name, file.path]))
  const parsed = parseRules(
    listed.files.map((file) => ({ name: file.name, bytes: readFileSync(file.path) })),
    { readSibling: (file, named) => readSibling(paths.get(file) ?? file, named) },
  )
  if (!parsed.ok) throw new Error('the sample rules do not parse')
  return IndexImage.open(compileRules(parsed.rules).image)
}

function identity(place: readonly unknown[], name: string, ioc: object, field: string | null): string {
  return JSON.stringify([place, name, ioc, field])
}

test.each<[string, Partial<Semantics>]>([
  ['by default', {}],
  ['with every scope open', { ipScope: 'all', domainScope: 'all', dnsAnswers: 'on' }],
  ['with narrow options', { hashScope: 'object', domainSuffix: 'label', tables: ['DeviceNetworkEvents'] }],
])('explainEvent finds exactly the matches of a replay of the samples %s', async (_, changed) => {
  expect(existsSync(TELEMETRY)).toBe(true)
  const image = sampleImage()
  const semantics = { ...DEFAULT_SEMANTICS, dedupe: 'off' as const, ...changed }
  const replayed: string[] = []
  await replay([TELEMETRY], image, {
    semantics,
    workers: 0,
    onDetection: ({ definition, event, matches }) => {
      const place = [event.source, event.line, event.record, event.byteOffset]
      for (const { ioc, field } of matches) replayed.push(identity(place, definition.Name, ioc, field))
    },
  })

  const explained: string[] = []
  const context = { image, matcher: Matcher.open(image, semantics), semantics }
  for (const listed of listInputs([TELEMETRY], { cwd: SAMPLES }).inputs) {
    const options = { logFormat: null, userMap: null, fields: semantics.fields, table: null }
    const input = await classifyInput(listed, options)
    const source = openByteSource(listed.path, listed.name)
    await explainInput(input, source.chunks(65_536), input.classification.fieldMap!, context, {
      table: null,
      onEvent: ({ event, matches }) => {
        const place = [event.source, event.line, event.record, event.byteOffset]
        for (const { definition, ioc, observable } of matches)
          explained.push(identity(place, definition.Name, ioc, observable.field))
      },
    })
    source.close()
  }

  expect(explained.toSorted()).toEqual(replayed.toSorted())
  expect(replayed.length).toBeGreaterThan(20)
})

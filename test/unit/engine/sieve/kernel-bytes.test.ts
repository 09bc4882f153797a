import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { KERNEL_BYTES } from '../../../../src/engine/sieve/kernel-bytes.ts'
import * as layout from '../../../../src/engine/sieve/kernel-layout.ts'
import { webAssembly } from '../../../../src/engine/sieve/web-assembly.ts'
import {
  INGEST_INPUT_BYTES,
  INGEST_LAYOUT,
  INGEST_ROW_LIMIT,
} from '../../../../src/rules/ingest/ingest-kernel.ts'
import { KERNELS, compileAssembly, kernelModule } from '../../../support/compile-kernel.ts'
import { REPOSITORY_ROOT } from '../../../support/source-files.ts'

const SOURCES = sourcesIn('src/engine/sieve/assembly')

test.each(KERNELS)('the bytes in $target are what $folder compiles to', async (kernel) => {
  const committed = readFileSync(join(REPOSITORY_ROOT, kernel.target), 'utf8')

  const compiled = await kernelModule(kernel)

  expect(compiled === committed, `run \`npm run ${kernel.script}\``).toBe(true)
})

test('the kernel has no data segments, which a late instance would write over those of the others', () => {
  const sections = sectionsOf(Buffer.from(KERNEL_BYTES, 'base64'))

  expect(sections).not.toContain(DATA_SECTION)
  expect(sections.length).toBeGreaterThan(4)
})

test('JavaScript and the kernel agree on where things stand in a slot', () => {
  const source = SOURCES.find(({ name }) => name === 'slot.ts')?.text ?? ''
  const constants = new Map(
    [...source.matchAll(/export const (\w+): \w+ = (\d+)/g)].map(([, name, value]) => [name, Number(value)]),
  )

  const shared = {
    IN_DOCUMENT: layout.IN_DOCUMENT_OFFSET,
    ZEEK_WORDS: layout.ZEEK_WORDS_OFFSET,
    OBSERVED: layout.OBSERVED_OFFSET,
    KEY_TEXT: layout.KEY_TEXT_OFFSET,
    LINE_START: layout.LINE_START_OFFSET,
    STOPS: layout.STOPS_OFFSET,
    INPUT: layout.INPUT_OFFSET,
    RECORD: layout.RECORD_OFFSET,
    LINE_LIMIT: layout.LINE_LIMIT,
  }

  for (const [name, offset] of Object.entries(shared)) expect(constants.get(name), name).toBe(offset)
  expect(layout.RECORD_OFFSET + layout.INPUT_BYTES + 64).toBeLessThanOrEqual(
    layout.SLOT_PAGES * layout.PAGE_BYTES,
  )
})

test('JavaScript and the ingest kernel agree on where things stand in its memory', () => {
  const source = sourcesIn('src/rules/ingest/assembly').find(({ name }) => name === 'layout.ts')?.text ?? ''
  const constants = new Map(
    [...source.matchAll(/export const (\w+): \w+ = (\w+)/g)].map(([, name, value]) => [
      name,
      Number(value?.replaceAll('_', '')),
    ]),
  )

  const at = INGEST_LAYOUT
  const shared = {
    INPUT: at.input,
    TYPE: at.type,
    FUNCTION: at.detectionFunction,
    ENABLED: at.enabled,
    VALUE_END: at.valueEnd,
    COLUMN: at.column,
    TALLY: at.tally,
    EXPIRES_AT: at.expiresAt,
    VALUES: at.values,
    ROW_LIMIT: INGEST_ROW_LIMIT,
  }

  for (const [name, offset] of Object.entries(shared)) expect(constants.get(name), name).toBe(offset)
  expect(at.input + INGEST_INPUT_BYTES + 16).toBeLessThanOrEqual(at.type)
})

const LOOPS = ['for (;;)', 'while (true)'] as const

test('the compiler drops the rest of a function behind a loop that the linter refuses', async () => {
  const results = await Promise.all(LOOPS.map(runLoop))

  // When the first one is 11 as well, the compiler has been mended and the rule can go.
  expect(results).toEqual([0, 11])
})

const DATA_SECTION = 11

function sourcesIn(folder: string): readonly { readonly name: string; readonly text: string }[] {
  const path = join(REPOSITORY_ROOT, folder)
  return readdirSync(path)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ name, text: readFileSync(join(path, name), 'utf8') }))
}

/** Numbers of the sections of a WebAssembly module. */
function sectionsOf(module: Uint8Array): readonly number[] {
  const sections: number[] = []
  for (let at = 8; at < module.length;) {
    sections.push(module[at] ?? 0)
    let size = 0
    let shift = 0
    do {
      at += 1
      size += ((module[at] ?? 0) & 127) * 2 ** shift
      shift += 7
    } while ((module[at] ?? 0) > 127)
    at += 1 + size
  }
  return sections
}

async function runLoop(loop: string): Promise<number> {
  const source = `
let result: i32 = 0
export function run(count: i32): void {
  let i = 0
  ${loop} {
    if (i < count) {
      i++
      continue
    }
    break
  }
  result = i + 1
}
export function found(): i32 {
  return result
}`
  const binary = await compileAssembly(['loop.ts', '-O3', '--runtime', 'stub'], (name) =>
    name === 'loop.ts' ? source : null,
  )
  if (webAssembly === null) throw new Error('no WebAssembly')
  const { exports } = new webAssembly.Instance(new webAssembly.Module(binary), {
    env: { memory: new webAssembly.Memory({ initial: 1, maximum: 1, shared: true }) },
  })
  const loopModule = exports as { run(count: number): void; found(): number }
  loopModule.run(10)
  return loopModule.found()
}

import { expect, test } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }
import type { SourceFile } from './support/source-files.ts'
import { findCycle, parseSourceFile, readSourceFiles, withoutStrings } from './support/source-files.ts'

interface Room {
  readonly mayImport: readonly string[]
  /** Paths below the room that import nothing of Node and read no clock, randomness, environment or console. */
  readonly pure: readonly string[]
}

const EVERYTHING = ['']
const NOTHING: readonly string[] = []

/** The room table (DESIGN 3). Changing it is a decision on the architecture. */
const ROOMS: ReadonlyMap<string, Room> = new Map([
  ['model', { mayImport: [], pure: EVERYTHING }],
  ['canonical', { mayImport: ['model'], pure: EVERYTHING }],
  ['rules', { mayImport: ['model', 'canonical'], pure: EVERYTHING }],
  ['engine', { mayImport: ['model', 'canonical'], pure: EVERYTHING }],
  ['logs', { mayImport: ['model', 'canonical'], pure: ['formats/'] }],
  ['report', { mayImport: ['model'], pure: EVERYTHING }],
  ['files', { mayImport: ['model'], pure: NOTHING }],
  ['replay', { mayImport: ['model', 'canonical', 'engine', 'logs', 'files'], pure: NOTHING }],
  ['harness', { mayImport: ['model', 'canonical', 'rules', 'engine', 'logs', 'replay'], pure: NOTHING }],
  ['sync', { mayImport: ['model', 'canonical', 'rules', 'files'], pure: ['plan.ts', 'plan/', 'pull/'] }],
  ['emulator', { mayImport: ['model', 'canonical'], pure: NOTHING }],
  [
    'cli',
    {
      mayImport: [
        'model',
        'canonical',
        'rules',
        'engine',
        'logs',
        'report',
        'files',
        'replay',
        'harness',
        'sync',
        'emulator',
      ],
      pure: NOTHING,
    },
  ],
])

/** Files that stand in no room: what a user of the package imports. */
const ENTRIES = ['index.ts', 'testing.ts', 'emulator.ts']

const IMPURE: readonly RegExp[] = [
  /\bDate\.now\b/,
  /\bnew Date\(\s*\)/,
  /(?<!new )\bDate\(/,
  /\bMath\.random\b/,
  /\bprocess\s*\??\.\s*[a-z]/,
  /\bconsole\s*\./,
  /\bperformance\s*\./,
  /\bglobalThis\b/,
  /\bcrypto\s*\./,
  /\b(?:setTimeout|setInterval|setImmediate|queueMicrotask|fetch|require)\(/,
]

/** Fewer files than this mean that the scan looked in the wrong place. */
const LEAST_FILES = 15

test('the scan of src finds files, and files in every room that exists', () => {
  const files = readSourceFiles()

  const rooms = new Set(files.map(roomOf).filter((room) => room !== null))

  expect(files.length).toBeGreaterThanOrEqual(LEAST_FILES)
  expect([...rooms].filter((room) => !ROOMS.has(room))).toEqual([])
  expect(rooms.has('model')).toBe(true)
  expect(files.flatMap((file) => file.imports).length).toBeGreaterThan(files.length / 2)
})

test('every import stays within what the room table allows', () => {
  expect(readSourceFiles().flatMap(importProblems)).toEqual([])
})

test('no files import each other in a circle', () => {
  expect(findCycle(readSourceFiles())).toBeNull()
})

test('pure rooms import nothing of Node and read no clock, randomness, environment or console', () => {
  expect(readSourceFiles().flatMap(purityProblems)).toEqual([])
})

test('every file exports by name and imports with the extension .ts', () => {
  const problems = readSourceFiles().flatMap((file) => [
    ...(/\bexport\s+default\b|\bas default\b/.test(withoutStrings(file.code))
      ? [`${file.path}: default export`]
      : []),
    ...file.imports
      .filter(({ target }) => target !== null && !target.endsWith('.ts'))
      .map(({ specifier }) => `${file.path}: ${specifier} lacks .ts`),
    ...(file.path.endsWith('/index.ts') ? [`${file.path}: an index inside a room`] : []),
  ])

  expect(problems).toEqual([])
})

test('every package that src imports is a runtime dependency', () => {
  const known = Object.keys(packageJson.dependencies)
  const optionalPeers = ['vitest', 'fast-check']

  const unknown = readSourceFiles().flatMap((file) =>
    file.imports
      .filter(({ target, specifier }) => target === null && !specifier.startsWith('node:'))
      .map(({ specifier }) => packageName(specifier))
      .filter((name) => !known.includes(name) && !(isKit(file.path) && optionalPeers.includes(name)))
      .map((name) => `${file.path}: ${name}`),
  )

  expect(unknown).toEqual([])
})

test('the checks find what they forbid, whatever the form of the import', () => {
  const forms = [
    "import { a } from '../cli/main.ts'",
    "import type { A } from '../cli/main.ts'",
    "import {\n  a,\n  b,\n} from '../cli/main.ts'",
    "export { a } from '../cli/main.ts'",
    "export * from '../cli/main.ts'",
    "import '../cli/main.ts'",
    "const a = await import('../cli/main.ts')",
  ]
  const impurities = [
    'Date.now()',
    'new Date()',
    'Math.random()',
    'process.env',
    'console.log(1)',
    'performance.now()',
  ]

  for (const form of forms)
    expect(importProblems(parseSourceFile('engine/a.ts', form)), form).toEqual([
      'engine/a.ts imports cli/main.ts',
    ])
  for (const use of impurities)
    expect(purityProblems(parseSourceFile('engine/a.ts', `const a = ${use}`)), use).toHaveLength(1)
  expect(purityProblems(parseSourceFile('engine/a.ts', "import { x } from 'node:fs'"))).toHaveLength(1)
  expect(purityProblems(parseSourceFile('engine/a.ts', 'const a = new Date(0) // Date.now()'))).toEqual([])
  expect(
    findCycle([
      parseSourceFile('model/a.ts', "import './b.ts'"),
      parseSourceFile('model/b.ts', "import './c.ts'"),
      parseSourceFile('model/c.ts', "import './b.ts'"),
    ]),
  ).toEqual(['model/b.ts', 'model/c.ts', 'model/b.ts'])
})

/** What users run in their own test suites. */
function isKit(path: string): boolean {
  return path === 'testing.ts' || path.startsWith('harness/kit/')
}

function roomOf(file: { readonly path: string }): string | null {
  return file.path.includes('/') ? (file.path.split('/')[0] ?? null) : null
}

function importProblems(file: SourceFile): readonly string[] {
  const own = roomOf(file)
  if (own === null) return ENTRIES.includes(file.path) ? [] : [`${file.path} stands in no room`]
  const allowed = ROOMS.get(own)?.mayImport ?? []
  return file.imports.flatMap(({ target }) => {
    if (target === null) return []
    const room = roomOf({ path: target })
    const isAllowed = room !== null && (room === own || allowed.includes(room))
    return isAllowed ? [] : [`${file.path} imports ${target}`]
  })
}

function purityProblems(file: SourceFile): readonly string[] {
  const room = roomOf(file) ?? ''
  const isPure = (ROOMS.get(room)?.pure ?? []).some((path) => file.path.startsWith(`${room}/${path}`))
  if (!isPure) return []
  const code = withoutStrings(file.code)
  return [
    ...file.imports
      .filter(({ specifier }) => specifier.startsWith('node:'))
      .map(({ specifier }) => `${file.path} imports ${specifier}`),
    ...IMPURE.filter((pattern) => pattern.test(code)).map((pattern) => `${file.path} uses ${pattern.source}`),
  ]
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

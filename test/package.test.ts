import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }
import { REPOSITORY_ROOT } from './support/source-files.ts'

interface LockedPackage {
  readonly version?: string
  readonly resolved?: string
  readonly integrity?: string
  readonly hasInstallScript?: boolean
  readonly dev?: boolean
  readonly optional?: boolean
  readonly link?: boolean
}

/** What the product needs when it runs. Adding a row is a decision that a commit explains. */
const RUNTIME_DEPENDENCIES = [
  '@hono/node-server',
  'commander',
  'hono',
  'ipaddr.js',
  'oauth4webapi',
  'piscina',
  'tldts',
  'yaml',
]

/** The one package whose own script installs a binary without an integrity of its own here. */
const INSTALLED_BY_SCRIPT = /^node_modules\/node$/

test('runtime dependencies are exactly the ones decided on, each pinned to one version', () => {
  const found = Object.entries(packageJson.dependencies)

  expect(found.map(([name]) => name)).toEqual(RUNTIME_DEPENDENCIES)
  for (const [name, version] of found) expect(version, name).toMatch(/^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/)
})

test('development dependencies are pinned to one version each', () => {
  for (const [name, version] of Object.entries(packageJson.devDependencies))
    expect(version, name).toMatch(/^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/)
})

test('every locked package has an integrity and names no host', () => {
  const locked = lockedPackages()

  expect(locked.length).toBeGreaterThan(RUNTIME_DEPENDENCIES.length)
  const lacking = locked.filter(([, { integrity }]) => !/^sha512-[A-Za-z0-9+/]+=*$/.test(integrity ?? ''))
  expect(lacking.map(([path]) => path).filter((path) => !INSTALLED_BY_SCRIPT.test(path))).toEqual([])
  expect(locked.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([])
  expect(readFileSync(join(REPOSITORY_ROOT, 'package-lock.json'), 'utf8')).not.toMatch(
    /"resolved"|git\+|http:\/\//,
  )
})

test('no runtime dependency runs a script when it is installed', () => {
  const runtime = lockedPackages().filter(([, { dev }]) => dev !== true)

  expect(runtime.length).toBeGreaterThanOrEqual(RUNTIME_DEPENDENCIES.length)
  expect(
    runtime.filter(([, { hasInstallScript }]) => hasInstallScript === true).map(([path]) => path),
  ).toEqual([])
})

test('the locked versions of the direct dependencies are the pinned ones', () => {
  const locked = new Map(lockedPackages())

  for (const [name, version] of Object.entries({
    ...packageJson.dependencies,
    ...packageJson.devDependencies,
  }))
    expect(locked.get(`node_modules/${name}`)?.version, name).toBe(version)
})

test('the manifest offers what the design says: ESM, entries, one command, few files, three Node lines', () => {
  expect(packageJson.type).toBe('module')
  expect(packageJson.license).toBe('Apache-2.0')
  expect(packageJson.engines).toEqual({ node: '^22.18.0 || ^24.11.0 || >=26' })
  expect(packageJson.bin).toEqual({ dryfire: './src/cli/launcher.js' })
  expect(packageJson.files).toContain('dist')
  expect(packageJson.files.every((path) => path === 'dist' || path.startsWith('src/'))).toBe(true)
  expect(packageJson.exports['.']).toEqual({ types: './dist/index.d.ts', default: './dist/index.js' })
  expect(packageJson.exports['./emulator']).toEqual({
    types: './dist/emulator.d.ts',
    default: './dist/emulator.js',
  })
  expect(packageJson.exports['./testing']).toEqual({
    types: './dist/testing.d.ts',
    default: './dist/testing.js',
  })
  expect(packageJson.exports['./package.json']).toBe('./package.json')
  for (const entry of Object.keys(packageJson.exports))
    expect(['.', './testing', './emulator', './package.json']).toContain(entry)
  expect(packageJson.allowScripts).toEqual({ node: true })
})

test('what the testing kit needs is an optional peer, which the repository itself has', () => {
  const peers = Object.keys(packageJson.peerDependencies)

  expect(peers).toEqual(['fast-check', 'vitest'])
  expect(packageJson.peerDependenciesMeta).toEqual({
    'fast-check': { optional: true },
    vitest: { optional: true },
  })
  for (const name of peers) {
    expect(Object.keys(packageJson.devDependencies)).toContain(name)
    expect(Object.keys(packageJson.dependencies)).not.toContain(name)
  }
})

test('the launcher holds nothing that an old Node cannot parse', () => {
  const launcher = readFileSync(join(REPOSITORY_ROOT, packageJson.bin.dryfire), 'utf8')
  const code = launcher.replace(/^#!.*/, '').replace(/\/\/.*/g, '')

  expect(code).toContain('process.versions.node')
  expect(code).not.toMatch(
    /\?\.(?!\d)|\?\?|\|\|=|&&=|\bimport\s*[{*'"]|^\s*import\s|\bexport\b|\bawait\b|#[a-z]|\d_\d|\bstatic\b/m,
  )
})

test('the repository keeps the settings of npm that installs of the toolchain need', () => {
  const npmrc = readFileSync(join(REPOSITORY_ROOT, '.npmrc'), 'utf8').trim().split('\n')

  expect(npmrc).toEqual(['save-exact=true'])
})

function lockedPackages(): readonly (readonly [string, LockedPackage])[] {
  const lock: unknown = JSON.parse(readFileSync(join(REPOSITORY_ROOT, 'package-lock.json'), 'utf8'))
  if (!isRecord(lock) || !isRecord(lock.packages)) throw new Error('package-lock.json has no packages')
  return Object.entries(lock.packages).filter(
    (entry): entry is [string, LockedPackage] => entry[0] !== '' && isRecord(entry[1]),
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli, temporaryFolder } from '../support/run-cli.ts'

test('compiled code is kept in a folder of the user, and the next run is the same', async () => {
  const caches = temporaryFolder('caches')
  const env = { XDG_CACHE_HOME: caches }

  const first = await runCli(['--version'], { env })
  const second = await runCli(['--version'], { env })

  expect(first.code).toBe(0)
  expect(second).toEqual(first)
  expect(readdirSync(join(caches, 'dryfire')).length).toBeGreaterThan(0)
})

test('kept code of another source, or that V8 refuses, is not run but kept anew', async () => {
  const caches = temporaryFolder('caches')
  const env = { XDG_CACHE_HOME: caches }
  const first = await runCli(['replay', '--help'], { env })
  const folder = join(caches, 'dryfire', `${process.version}-${process.arch}`, 'replay')
  const kept = readFileSync(join(folder, 'main.js'))

  const source = kept.subarray(kept.indexOf('"use strict"'))
  const ofAnother = Buffer.from(kept)
  ofAnother.write('X', kept.length - 10)
  for (const bytes of [ofAnother, Buffer.concat([Buffer.alloc(1000, 1), source]), Buffer.alloc(0)]) {
    writeFileSync(join(folder, 'main.js'), bytes)

    expect(await runCli(['replay', '--help'], { env })).toEqual(first)
    expect(readFileSync(join(folder, 'main.js')).subarray(-source.length).equals(source)).toBe(true)
    expect(readFileSync(join(folder, 'main.js')).length).toBeGreaterThan(source.length + 1000)
  }
  expect(readdirSync(folder)).toEqual(['main.js'])
})

test('a word that is no command keeps nothing', async () => {
  const caches = temporaryFolder('caches')

  expect((await runCli(['repaly'], { env: { XDG_CACHE_HOME: caches } })).code).toBe(2)
  expect(readdirSync(join(caches, 'dryfire'))).toEqual([])
})

test('the first folder of caches is made for its user alone', async () => {
  const caches = join(temporaryFolder('home'), 'caches')

  const { code } = await runCli(['--version'], { env: { XDG_CACHE_HOME: caches } })

  expect(code).toBe(0)
  expect(statSync(caches).mode & 0o777).toBe(0o700)
  expect(readdirSync(join(caches, 'dryfire')).length).toBeGreaterThan(0)
})

test('no compiled code is kept where others could write it, or where Node is told not to', async () => {
  const caches = temporaryFolder('caches')
  const [open, linked, off] = ['open', 'linked', 'off'].map((name) => join(caches, name))
  for (const folder of [open, linked, off]) mkdirSync(folder ?? '')
  mkdirSync(join(open ?? '', 'dryfire'))
  chmodSync(join(open ?? '', 'dryfire'), 0o777)
  symlinkSync(temporaryFolder('elsewhere'), join(linked ?? '', 'dryfire'))

  for (const folder of [open, linked])
    expect((await runCli(['--version'], { env: { XDG_CACHE_HOME: folder ?? '' } })).code).toBe(0)
  const disabled = { XDG_CACHE_HOME: off ?? '', NODE_DISABLE_COMPILE_CACHE: '1' }
  expect((await runCli(['--version'], { env: disabled })).code).toBe(0)
  const absent = { XDG_CACHE_HOME: join(caches, 'absent', 'caches') }
  expect((await runCli(['--version'], { env: absent })).code).toBe(0)

  for (const folder of [open, linked]) expect(readdirSync(join(folder ?? '', 'dryfire'))).toEqual([])
  expect(readdirSync(off ?? '')).toEqual([])
  expect(existsSync(join(caches, 'absent'))).toBe(false)
})

import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs'
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

  for (const folder of [open, linked, off]) expect(readdirSync(join(folder ?? '', 'dryfire'))).toEqual([])
  expect(existsSync(join(caches, 'absent'))).toBe(false)
})

import { existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { makeFolders } from '../../../src/files/make-folders.ts'
import { temporaryFolder } from './temporary-folder.ts'

const at = temporaryFolder()

test('makeFolders creates what is missing and leaves what is there', () => {
  makeFolders(at('a/b/c'))
  makeFolders(at('a/b/c'))
  makeFolders(at('a/../d/.'))

  expect(['a/b/c', 'd'].map((name) => statSync(at(name)).isDirectory())).toEqual([true, true])
})

test('makeFolders goes through links to folders, and refuses a file or a link to nowhere on the way', () => {
  mkdirSync(at('real'))
  symlinkSync('real', at('link'))
  symlinkSync('nowhere', at('dangling'))
  writeFileSync(at('file'), '')

  makeFolders(at('link/a'))

  expect(existsSync(at('real/a'))).toBe(true)
  for (const name of ['file', 'file/a', 'dangling', 'dangling/a'])
    expect(() => makeFolders(at(name))).toThrow(/^cannot write/)
})

test('makeFolders ends where the system refuses every name', () => {
  expect(() => makeFolders('/proc/dryfire/below')).toThrow(/^cannot write \/proc\/dryfire\/below/)
})

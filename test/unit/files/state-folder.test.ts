import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { StateFolder } from '../../../src/files/state-folder.ts'
import { nodeProcessFacts } from '../../../src/files/process-facts.ts'
import { MEMORY_UID, MemoryStateIo } from '../../support/memory-state-io.ts'

const KEY = '0123456789abcdef0123456789abcdef'
let root = ''

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dryfire-state-'))
})

afterEach(() => {
  rmSync(root, { recursive: true, force: true })
})

function openReal(more: Partial<Parameters<typeof StateFolder.open>[0]> = {}): StateFolder {
  return StateFolder.open({ base: join(root, 'state', 'dryfire'), key: KEY, ...more })
}

/** A locked folder with a journal of these entries. */
function startedWith(...entries: readonly string[]): StateFolder {
  const state = openReal()
  state.lock()
  state.startJournal(entries)
  return state
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8)
}

test('a state folder is made for its owner alone, with all that lies in it', () => {
  const state = startedWith('{"a":1}')
  state.writeClaims(['a'])

  expect(modeOf(state.path)).toBe('700')
  expect(modeOf(join(state.path, 'journal.ndjson'))).toBe('600')
  expect(modeOf(join(state.path, 'claims.ndjson'))).toBe('600')
  expect(modeOf(join(state.path, 'lock'))).toBe('600')
  state.unlock()
})

test('a journal gives back what was started and appended, in another process too', () => {
  const state = startedWith('{"a":1}', '{"a":2}')
  state.append('{"a":"three\\nlines\\u2028"}')
  state.unlock()

  const again = openReal()
  again.lock()
  expect(again.readJournal()).toEqual(['{"a":1}', '{"a":2}', '{"a":"three\\nlines\\u2028"}'])
  again.append('{"a":4}')
  again.unlock()

  expect(openReal().readJournal()).toHaveLength(4)
})

test('a journal that ends within a line is read without it and goes on after what is whole', () => {
  const state = startedWith('{"a":1}')
  state.append('{"a":2}')
  state.unlock()
  const path = join(state.path, 'journal.ndjson')
  writeFileSync(path, readFileSync(path).subarray(0, -5))

  const again = openReal()
  again.lock()
  expect(again.readJournal()).toEqual(['{"a":1}'])
  again.append('{"a":3}')
  again.unlock()

  expect(openReal().readJournal()).toEqual(['{"a":1}', '{"a":3}'])
})

test('a new journal keeps the one before under another name', () => {
  const state = startedWith('{"a":1}')
  const before = readFileSync(join(state.path, 'journal.ndjson'))
  state.startJournal(['{"b":1}'])
  state.unlock()

  expect(readFileSync(join(state.path, 'journal-previous.ndjson'))).toEqual(before)
  expect(openReal().readJournal()).toEqual(['{"b":1}'])
})

test('claims are kept as a whole, and are none at first', () => {
  const state = openReal()
  expect(state.readClaims()).toEqual([])
  state.lock()
  state.writeClaims(['b', 'a “quoted”\n'])
  state.unlock()

  expect(openReal().readClaims()).toEqual(['b', 'a “quoted”\n'])
})

test.each([
  ['torn', (bytes: Buffer) => bytes.subarray(0, -1), 'STATE004'],
  ['emptied', () => Buffer.alloc(0), 'STATE004'],
  ['swapped for the journal', (_: Buffer, journal: Buffer) => journal, 'STATE006'],
])('claims that were %s are refused', (_, damage, code) => {
  const state = startedWith('["a"]')
  state.writeClaims(['a'])
  state.unlock()
  const path = join(state.path, 'claims.ndjson')
  writeFileSync(path, damage(readFileSync(path), readFileSync(join(state.path, 'journal.ndjson'))))

  expect(() => openReal().readClaims()).toThrow(expect.objectContaining({ name: 'StateError', code }))
})

test('a journal of another tenant is refused', () => {
  const state = startedWith('{"a":1}')
  state.unlock()
  const other = StateFolder.open({ base: join(root, 'state', 'dryfire'), key: KEY.replace('0', 'f') })
  writeFileSync(join(other.path, 'journal.ndjson'), readFileSync(join(state.path, 'journal.ndjson')), {
    mode: 0o600,
  })

  expect(() => other.readJournal()).toThrow(expect.objectContaining({ code: 'STATE006' }))
})

test.each([
  ['an older', '0', /an older version/],
  ['a newer', '2', /a newer version/],
])('a journal of %s schema is refused as such', (_, schema, message) => {
  const state = startedWith('{"a":1}')
  state.unlock()
  const path = join(state.path, 'journal.ndjson')
  writeFileSync(path, readFileSync(path, 'utf8').replace('"schema":1', `"schema":${schema}`))

  expect(() => openReal().readJournal()).toThrow(
    expect.objectContaining({ code: 'STATE005', message: expect.stringMatching(message) as string }),
  )
})

test('a state folder that others may read is refused, and so is a base that others may write', () => {
  const state = openReal()
  chmodSync(state.path, 0o750)
  expect(() => openReal()).toThrow(expect.objectContaining({ code: 'STATE002' }))
  chmodSync(state.path, 0o700)
  chmodSync(join(root, 'state', 'dryfire'), 0o777)
  expect(() => openReal()).toThrow(expect.objectContaining({ code: 'STATE002' }))
})

test('a state folder behind a symbolic link is refused', () => {
  mkdirSync(join(root, 'state', 'dryfire'), { recursive: true, mode: 0o700 })
  mkdirSync(join(root, 'elsewhere'), { mode: 0o700 })
  symlinkSync(join(root, 'elsewhere'), join(root, 'state', 'dryfire', KEY))

  expect(() => openReal()).toThrow(expect.objectContaining({ code: 'STATE003' }))
})

test('a journal behind a symbolic link is refused', () => {
  const state = openReal()
  writeFileSync(join(root, 'planted'), '')
  symlinkSync(join(root, 'planted'), join(state.path, 'journal.ndjson'))

  expect(() => state.readJournal()).toThrow(expect.objectContaining({ code: 'STATE004' }))
})

test('a state folder of another user is refused', () => {
  const io = new MemoryStateIo()
  const options = { base: '/state/dryfire', key: KEY, io }
  StateFolder.open(options)
  io.tamper(`/state/dryfire/${KEY}`, { uid: MEMORY_UID + 1 })

  expect(() => StateFolder.open(options)).toThrow(expect.objectContaining({ code: 'STATE001' }))
})

test('a state folder within a working copy is refused, and one beside it is not', () => {
  expect(() => openReal({ outside: [join(root, 'state')] })).toThrow(
    expect.objectContaining({ code: 'STATE007' }),
  )
  expect(() => openReal({ outside: [join(root, 'sta'), join(root, 'rules')] })).not.toThrow()
})

test('what is set aside goes to a new backup folder each time', () => {
  const state = startedWith('{"a":1}')
  const first = state.setAside()
  const nothing = state.setAside()
  state.startJournal(['{"a":2}'])
  const second = state.setAside()
  state.unlock()

  expect([first, nothing, second]).toEqual([join(state.path, 'backup-1'), null, join(state.path, 'backup-2')])
  expect(readFileSync(join(first ?? '', 'journal.ndjson'), 'utf8')).toContain('{"a":1}')
  expect(openReal().readJournal()).toBeNull()
})

test('a folder that is not locked cannot be written', () => {
  const state = openReal()

  expect(() => state.startJournal([])).toThrow('not locked')
  expect(() => state.writeClaims([])).toThrow('not locked')
})

test('the facts of this process tell it from one that does not exist', () => {
  const facts = nodeProcessFacts()

  expect(facts.pid).toBe(process.pid)
  expect(facts.host).not.toBe('')
  expect(facts.startOf(process.pid)).toMatch(/^[0-9]+$|^unknown$/)
  expect(facts.startOf(0x3fff_fff0)).toBeNull()
})

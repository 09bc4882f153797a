import { expect, test } from 'vitest'
import { Lock } from '../../../src/files/lock.ts'
import type { ProcessFacts } from '../../../src/files/process-facts.ts'
import { MemoryStateIo } from '../../support/memory-state-io.ts'

const FOLDER = '/state'

/** A disk with an empty folder. */
function newDisk(): MemoryStateIo {
  const io = new MemoryStateIo()
  io.makeFolder(FOLDER)
  return io
}

function acquire(io: MemoryStateIo, facts: Partial<ProcessFacts>, breakLock = false): Lock {
  const all: ProcessFacts = {
    pid: 1,
    bootId: 'boot-1',
    host: 'host-1',
    startOf: (pid) => `start ${pid}`,
    ...facts,
  }
  return Lock.acquire({ io, folder: FOLDER, facts: all, breakLock })
}

test('a lock is held by one process and free after its release', () => {
  const io = newDisk()
  const first = acquire(io, { pid: 1 })

  expect(() => acquire(io, { pid: 2 })).toThrow(/held by process 1, which is running/)
  first.release()
  acquire(io, { pid: 2 }).check()

  expect(io.list(FOLDER)).toEqual(['lock'])
})

test.each<[string, Partial<ProcessFacts>]>([
  ['does not run any more', { startOf: (pid) => (pid === 1 ? null : `start ${pid}`) }],
  ['has another start time: its number was given again', { startOf: (pid) => `later start ${pid}` }],
  ['ran before the host started anew', { bootId: 'boot-2' }],
])('a lock is taken over when its owner %s', (_, facts) => {
  const io = newDisk()
  const dead = acquire(io, { pid: 1 })

  const next = acquire(io, { pid: 2, ...facts })

  expect(() => {
    next.check()
  }).not.toThrow()
  expect(() => {
    dead.check()
  }).toThrow(expect.objectContaining({ code: 'STATE014' }))
  expect(io.list(FOLDER)).toEqual(['lock'])
})

test('a lock of another host is refused unless it is to be broken', () => {
  const io = newDisk()
  acquire(io, { host: 'host-2' })

  expect(() => acquire(io, {})).toThrow(
    expect.objectContaining({ code: 'STATE012', fix: expect.stringContaining('--break-lock') as string }),
  )
  expect(() => acquire(io, {}, true)).not.toThrow()
})

test('a lock of a live process here is refused even when it is to be broken', () => {
  const io = newDisk()
  acquire(io, { pid: 1 })

  expect(() => acquire(io, { pid: 2 }, true)).toThrow(expect.objectContaining({ code: 'STATE011' }))
})

test.each([
  ['empty', ''],
  ['junk', '{"pid":'],
  ['of another shape', '{"pid":"1","bootId":"b","startedAt":"s","host":"h"}'],
  ['endless', 'x'.repeat(5000)],
])('a lock that is %s is refused unless it is to be broken', (_, text) => {
  const io = newDisk()
  acquire(io, { pid: 1 })
  io.tamper(`${FOLDER}/lock`, { data: new TextEncoder().encode(text) })

  expect(() => acquire(io, { pid: 2 })).toThrow(expect.objectContaining({ code: 'STATE013' }))
  expect(() => acquire(io, { pid: 2 }, true)).not.toThrow()
})

test('releasing a lock that was broken leaves the next one in place', () => {
  const io = newDisk()
  const broken = acquire(io, { host: 'host-2' })
  const next = acquire(io, {}, true)

  broken.release()

  expect(() => {
    next.check()
  }).not.toThrow()
})

test('a crash at any operation leaves no lock that hinders the next process', () => {
  let crashes = 0
  for (let last = 1; last < 20; last++) {
    const io = newDisk()
    io.syncFolder('/')
    let moments = 0
    io.around = () => {
      if (++moments > last) throw new Error('killed')
    }
    try {
      acquire(io, { pid: 1 })
    } catch {
      crashes++
    }
    io.around = () => undefined
    io.crash(last % 2 === 0 ? 'half' : 'nothing')

    acquire(io, { pid: 2, startOf: (pid) => (pid === 2 ? 'start 2' : null) }).release()

    expect(io.list(FOLDER), `moment ${last}`).toEqual([])
  }
  expect(crashes).toBeGreaterThan(8)
})

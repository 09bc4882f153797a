import { expect, test } from 'vitest'
import { IdList } from '../../../src/engine/id-list.ts'

test('an id list grows past its capacity and keeps its order', () => {
  const list = new IdList(1)

  for (let id = 0; id < 100; id += 1) list.push(id * 2)

  expect(list.length).toBe(100)
  expect(list.toArray()).toEqual(Array.from({ length: 100 }, (_, id) => id * 2))
})

test('an id list holds the largest u32', () => {
  const list = new IdList()

  list.push(0xffffffff)

  expect(list.toArray()).toEqual([0xffffffff])
})

test('an id list appends a range of another array', () => {
  const list = new IdList(2)
  list.push(9)

  list.pushRange(Uint32Array.of(1, 2, 3, 4, 5), 1, 4)

  expect(list.toArray()).toEqual([9, 2, 3, 4])
})

test.each([5, 200])('an id list sorts its last %i ids and leaves the first alone', (count) => {
  const list = new IdList()
  list.push(1_000_000)
  for (let i = 0; i < count; i += 1) list.push((i * 7919) % 1009)

  list.sortFrom(1)

  const [first, ...rest] = list.toArray()
  expect(first).toBe(1_000_000)
  expect(rest).toEqual(rest.toSorted((left, right) => left - right))
})

test('an id list sorts its last ids among themselves only, however far the first of them must move', () => {
  const list = new IdList()
  for (const id of [9, 5, 3, 3]) list.push(id)

  list.sortFrom(1)

  expect(list.toArray()).toEqual([9, 3, 3, 5])
})

test('an id list that starts without room takes an id, and a range many times its room', () => {
  const list = new IdList(0)
  list.push(1)

  list.pushRange(
    Uint32Array.from({ length: 100 }, (_, id) => id),
    0,
    100,
  )

  expect(list.toArray()).toEqual([1, ...Array.from({ length: 100 }, (_, id) => id)])
  expect([list.at(1), list.at(100), list.at(101), list.at(-1)]).toEqual([0, 99, 0, 0])
})

test('an id list answers 0 outside itself and is empty once cleared', () => {
  const list = new IdList()
  list.push(7)

  list.clear()

  expect(list.length).toBe(0)
  expect(list.at(0)).toBe(0)
  expect(list.toArray()).toEqual([])
})

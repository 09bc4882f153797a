/**
 * Takes the place of `vitest` while mutants run: it collects tests instead of running them, so that a process loads
 * a room's tests once and runs any of them, again and again. `expect` is vitest's own.
 */
import type { TestContext } from 'vitest'

/** Thrown by a test that leaves itself out. */
export class SkippedTest extends Error {}

/** One test, or one row of a table of tests. */
export interface CollectedTest {
  readonly id: string
  readonly fileName: string
  readonly run: () => unknown
}

type Body = (...values: readonly unknown[]) => unknown
type Hook = () => unknown

const CONTEXT = {
  skip: (reason?: string): never => {
    throw new SkippedTest(reason)
  },
}

let tests: CollectedTest[] = []
let fileName = ''
let titles: readonly string[] = []
let before: Hook[] = []
let after: Hook[] = []

/** Loads a test file with `load` and gives the tests that it declares. */
export async function collectTests(
  file: string,
  load: () => Promise<unknown>,
): Promise<readonly CollectedTest[]> {
  tests = []
  before = []
  after = []
  fileName = file
  await load()
  return tests
}

function add(title: string, body: Body, values: readonly unknown[]): void {
  const path = `${fileName} > ${[...titles, title].join(' > ')}`
  const repeated = tests.filter(({ id }) => id === path || id.startsWith(`${path} [`)).length
  const [ownBefore, ownAfter] = [before, after]
  const run = async (): Promise<void> => {
    // The hooks of a file run around each of its tests: what they call is part of what the test covers.
    for (const hook of ownBefore) await hook()
    try {
      await body(...values)
    } finally {
      for (const hook of ownAfter) await hook()
    }
  }
  tests.push({ id: repeated === 0 ? path : `${path} [${repeated}]`, fileName, run })
}

function bodyOf(...given: readonly unknown[]): Body {
  const body = given.find((value) => typeof value === 'function')
  if (body === undefined) throw new Error(`a test of ${fileName} has no body`)
  return body as Body
}

/** Declares one test. */
export function test(title: string, ...given: readonly unknown[]): void {
  add(title, bodyOf(...given), [CONTEXT])
}

test.each =
  (rows: readonly unknown[]) =>
  (title: string, ...given: readonly unknown[]): void => {
    for (const row of rows) add(title, bodyOf(...given), Array.isArray(row) ? row : [row])
  }

test.for =
  (rows: readonly unknown[]) =>
  (title: string, ...given: readonly unknown[]): void => {
    for (const row of rows) add(title, bodyOf(...given), [row, CONTEXT])
  }

/** Declares the tests of one subject. */
export function describe(title: string, body: Body): void {
  const outer = titles
  titles = [...outer, title]
  body()
  titles = outer
}

describe.each =
  (rows: readonly unknown[]) =>
  (title: string, body: Body): void => {
    for (const row of rows) describe(title, () => body(...(Array.isArray(row) ? row : [row])))
  }

export function beforeAll(hook: Hook): void {
  before.push(hook)
}

export function afterAll(hook: Hook): void {
  after.push(hook)
}

/** Nothing of vitest's own settings counts here: the timeout of a mutant is the one of its runner. */
export const vi = { setConfig: (): void => {} }

export { expect } from 'vitest'
export type { TestContext }

import type * as FastCheck from 'fast-check'

/** What `import * as fc from 'fast-check'` gives. */
export type FastCheckModule = typeof FastCheck

/** Null where it is not installed: the matchers do without it. */
const found: FastCheckModule | null = await load()

/** fast-check, or an error that says how to get it. */
export function fastCheck(): FastCheckModule {
  if (found !== null) return found
  throw new Error('the arbitraries of dryfire/testing need fast-check 4: npm install --save-dev fast-check')
}

async function load(): Promise<FastCheckModule | null> {
  try {
    return await import('fast-check')
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
}

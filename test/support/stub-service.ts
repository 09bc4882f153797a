/** A service of three lines that counts what it did, so that a test sees which effects happened. */
export interface StubService {
  readonly effects: () => number
  /** What was done, in order: method, path and body. */
  readonly log: readonly string[]
  readonly handle: (request: Request) => Promise<Response>
}

/** Answers every request with 1,000 bytes of JSON, unless its path ends with `/empty`. */
export function openStubService(): StubService {
  const log: string[] = []
  return {
    effects: () => log.length,
    log,
    handle: async (request) => {
      const { pathname } = new URL(request.url)
      log.push(`${request.method} ${pathname} ${await request.text()}`)
      if (pathname.endsWith('/empty')) return new Response(null, { status: 204 })
      const body = JSON.stringify({ padding: 'x'.repeat(1000 - '{"padding":""}'.length) })
      return new Response(body, { headers: { 'content-type': 'application/json' } })
    },
  }
}

import { once } from 'node:events'
import type { ServerResponse } from 'node:http'

/**
 * Writes a reply to its connection. A reply in one piece gets a Content-Length; where the body breaks off, so does the
 * connection, after everything before has left. Never rejects.
 */
export async function sendReply(
  response: Response,
  outgoing: ServerResponse,
  options: { readonly isLast: boolean },
): Promise<void> {
  if (outgoing.destroyed) return response.body?.cancel()
  outgoing.statusCode = response.status
  for (const [name, value] of response.headers) outgoing.appendHeader(name, value)
  if (options.isLast) outgoing.setHeader('connection', 'close')
  if (response.body === null) {
    outgoing.end()
    return
  }
  try {
    await sendBody(response.body.getReader(), outgoing)
  } catch {
    await new Promise((flushed) => outgoing.write('', flushed))
    outgoing.destroy()
  }
}

type BodyReader = ReadableStreamDefaultReader<Uint8Array>

async function sendBody(reader: BodyReader, outgoing: ServerResponse): Promise<void> {
  const first = await reader.read()
  if (first.done) {
    outgoing.end()
    return
  }
  const second = await reader.read().catch((cause: unknown) => {
    outgoing.write(first.value)
    throw cause
  })
  if (second.done) {
    outgoing.end(first.value)
    return
  }
  await write(outgoing, first.value)
  let bytes: Uint8Array | null = second.value
  while (bytes !== null) {
    await write(outgoing, bytes)
    if (outgoing.destroyed) return reader.cancel()
    const { value } = await reader.read()
    bytes = value ?? null
  }
  outgoing.end()
}

/** Waits where the client reads slowly, until it reads on or goes away. */
async function write(outgoing: ServerResponse, bytes: Uint8Array): Promise<void> {
  if (outgoing.write(bytes) || outgoing.destroyed) return
  const stop = new AbortController()
  const ends = ['drain', 'close'].map((event) => once(outgoing, event, { signal: stop.signal }))
  await Promise.race(ends).catch(() => undefined)
  stop.abort()
  await Promise.allSettled(ends)
}

import { ConnectionCut } from './connection-cut.ts'

/** The reply with the head of the whole body and the first half of its bytes; then the connection breaks. */
export async function truncatedReply(response: Response): Promise<Response> {
  const bytes = new Uint8Array(await response.arrayBuffer())
  if (bytes.length === 0) throw new ConnectionCut()
  const headers = new Headers(response.headers)
  headers.set('content-length', String(bytes.length))
  const half = bytes.subarray(0, Math.floor(bytes.length / 2))
  let isSent = false
  const body = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        if (isSent || half.length === 0) controller.error(new ConnectionCut())
        else controller.enqueue(half)
        isSent = true
      },
    },
    { highWaterMark: 0 },
  )
  return new Response(body, { status: response.status, headers })
}

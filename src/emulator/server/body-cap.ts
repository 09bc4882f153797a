/** A request whose body breaks off at a limit, and whether it did. */
export interface CappedRequest {
  readonly request: Request
  isExceeded(): boolean
}

/** A body of unknown length, read through a counter: nothing behind it can be made to collect without bound. */
export function capBody(request: Request, limitBytes: number): CappedRequest {
  let count = 0
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      count += chunk.byteLength
      if (count > limitBytes) controller.error(new Error(`the body exceeds ${limitBytes} bytes`))
      else controller.enqueue(chunk)
    },
  })
  const { url, method, headers, body, signal } = request
  if (body === null) return { request, isExceeded: () => false }
  const init = {
    method,
    headers: [...headers],
    body: body.pipeThrough(counter),
    signal,
    duplex: 'half' as const,
  }
  return { request: new Request(url, init), isExceeded: () => count > limitBytes }
}

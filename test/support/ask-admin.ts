/** What an admin path answered. */
export interface AdminReply {
  readonly status: number
  readonly body: unknown
}

/** Asks an admin path of a served emulator, as its owner unless the headers say otherwise. */
export async function askAdmin(
  origin: string,
  clientSecret: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<AdminReply> {
  const response = await fetch(`${origin}/_dryfire/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${clientSecret}`,
      'content-type': 'application/json',
      ...headers,
    },
    body: body === undefined ? null : JSON.stringify(body),
  })
  const value: unknown = await response.json()
  return { status: response.status, body: value }
}

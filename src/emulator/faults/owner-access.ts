import type { RequestHandler } from './with-faults.ts'

/** What the owner of an emulator knows: its handler without faults, and the credentials of its one application. */
export interface Owner {
  readonly handle: RequestHandler
  readonly tenant: string
  readonly clientId: string
  readonly clientSecret: string
}

/** Everything that the service holds, as its own API gives it. */
export interface ServiceState {
  readonly AlertDefinitions: readonly unknown[]
  /** Each with `AlertDefinition: { Id }`, which says what it is bound to. */
  readonly IndicatorsOfCompromise: readonly unknown[]
}

/** Reads both entity sets through the API, whose rules thereby hold for the dump too. */
export async function readState(owner: Owner, origin: string): Promise<ServiceState> {
  const token = await ownerToken(owner, origin)
  return {
    AlertDefinitions: await readAll(owner, token, `${origin}/v1.0/AlertDefinitions?$orderby=Id`),
    IndicatorsOfCompromise: await readAll(
      owner,
      token,
      `${origin}/v1.0/IndicatorsOfCompromise?$orderby=Id&$expand=AlertDefinition($select=Id)`,
    ),
  }
}

/** Deletes every definition, and with them every indicator. Keys go on counting: a service never gives one twice. */
export async function emptyState(owner: Owner, origin: string): Promise<void> {
  const token = await ownerToken(owner, origin)
  await ask(owner, token, `${origin}/v1.0/AlertDefinitions`, 'DELETE')
}

/** The number of definitions that the service holds. */
export async function countDefinitions(owner: Owner, origin: string): Promise<number> {
  const token = await ownerToken(owner, origin)
  const response = await ask(owner, token, `${origin}/v1.0/AlertDefinitions/$count`, 'GET')
  return Number(await response.text())
}

async function ownerToken(owner: Owner, origin: string): Promise<string> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: owner.clientId,
    client_secret: owner.clientSecret,
    resource: 'https://graph.windows.net',
  })
  const url = `${origin}/${encodeURIComponent(owner.tenant)}/oauth2/token`
  const response = await owner.handle(new Request(url, { method: 'POST', body: form }))
  const reply: unknown = await response.json()
  if (typeof reply === 'object' && reply !== null && 'access_token' in reply)
    return String(reply.access_token)
  throw new Error(`the emulator gave its owner no token (status ${response.status})`)
}

async function readAll(owner: Owner, token: string, first: string): Promise<readonly unknown[]> {
  const all: unknown[] = []
  let next: string | null = first
  while (next !== null) {
    const page: unknown = await (await ask(owner, token, next, 'GET')).json()
    if (typeof page !== 'object' || page === null || !('value' in page) || !Array.isArray(page.value))
      throw new Error('the emulator gave its owner no collection')
    for (const entity of page.value) all.push(entity)
    next = '@odata.nextLink' in page ? String(page['@odata.nextLink']) : null
  }
  return all
}

async function ask(owner: Owner, token: string, url: string, method: string): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json;odata.metadata=none' }
  const response = await owner.handle(new Request(url, { method, headers }))
  if (!response.ok) throw new Error(`the emulator refused its owner ${method} with ${response.status}`)
  return response
}

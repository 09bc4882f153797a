/** Credentials and addresses of a served emulator. */
export interface ApiTarget {
  readonly api: string
  readonly token: string
  readonly clientId: string
  readonly clientSecret: string
}

/** The simplest client that can ask anything of the API: for arranging and looking, not a client under test. */
export class ApiClient {
  readonly #target: ApiTarget
  readonly #accessToken: string

  private constructor(target: ApiTarget, accessToken: string) {
    this.#target = target
    this.#accessToken = accessToken
  }

  static async open(target: ApiTarget): Promise<ApiClient> {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: target.clientId,
      client_secret: target.clientSecret,
      resource: 'https://graph.windows.net',
    })
    const reply: unknown = await (await fetch(target.token, { method: 'POST', body })).json()
    if (typeof reply !== 'object' || reply === null || !('access_token' in reply))
      throw new Error(`no token: ${JSON.stringify(reply)}`)
    return new ApiClient(target, String(reply.access_token))
  }

  get accessToken(): string {
    return this.#accessToken
  }

  send(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(`${this.#target.api}/${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#accessToken}`, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    })
  }

  /** The reply's JSON; throws unless the status is one of success. */
  async ask(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const response = await this.send(method, path, body)
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    const value: unknown = text === '' ? {} : JSON.parse(text)
    if (typeof value !== 'object' || value === null) throw new Error(`${method} ${path}: no object`)
    return { ...value }
  }

  /** All entities of a collection. */
  async all(path: string): Promise<readonly Record<string, unknown>[]> {
    const { value } = await this.ask('GET', path)
    if (!Array.isArray(value)) throw new Error(`${path}: no collection`)
    return value.map((entity: unknown) => ({ ...(typeof entity === 'object' ? entity : {}) }))
  }
}

/** A definition that the API accepts. */
export function definitionBody(Name: string): Record<string, unknown> {
  return {
    Name,
    Title: `Title of ${Name}`,
    Severity: 'Low',
    Category: 'Malware',
    UxDescription: 'What it means.',
    RecommendedAction: 'What to do.',
    InternalDescription: null,
    Enabled: true,
  }
}

/** An indicator that the API accepts. */
export function indicatorBody(Value: string, definitionId: unknown): Record<string, unknown> {
  return {
    Type: 'DomainName',
    DetectionFunction: 'Equals',
    Value,
    Enabled: true,
    'AlertDefinition@odata.bind': `AlertDefinitions(${String(definitionId)})`,
  }
}

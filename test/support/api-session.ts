import { Emulator, type EmulatorOptions } from '../../src/emulator/emulator.ts'

/** A reply, read to its end. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body as JSON; null where it is none. */
  readonly json: JsonBody
}

/** A JSON object as tests look into it. */
type JsonBody = Record<string, unknown> & {
  readonly value?: readonly Record<string, unknown>[]
  readonly error?: {
    readonly code: string
    readonly message: string
    readonly target?: string
    readonly details?: readonly { readonly code: string; readonly target: string; readonly message: string }[]
  }
}

/** What a test sends. */
export interface Sending {
  readonly body?: unknown
  /** Sent as it is, in place of `body`. */
  readonly raw?: string | Uint8Array<ArrayBuffer>
  readonly headers?: Readonly<Record<string, string>>
}

/** Origin of all requests; nothing listens there. */
export const ORIGIN = 'https://ti.example'
/** A point in time that every emulator of a test begins at: 2026-11-23T09:00:00Z, in ticks. */
export const START = 17_954_244_000_000_000n

/** An emulator without a socket, and the token to talk to it. */
export class ApiSession {
  readonly emulator: Emulator
  /** Ticks that the emulator's clock shows; a test moves it. */
  readonly clock: { now: bigint }
  #token = ''

  private constructor(emulator: Emulator, clock: { now: bigint }) {
    this.emulator = emulator
    this.clock = clock
  }

  /** Opens an emulator, by default in memory, and gets a token from it. */
  static async open(options: EmulatorOptions = {}): Promise<ApiSession> {
    const clock = { now: START }
    const emulator = Emulator.open({ now: () => clock.now, tenant: 'contoso', clientId: 'app', ...options })
    const session = new ApiSession(emulator, clock)
    const answer = await session.askToken()
    session.#token = String(answer.json['access_token'])
    return session
  }

  /** POSTs the form of client credentials, changed as told; null leaves a field out. */
  askToken(changes: Readonly<Record<string, string | null>> = {}): Promise<Answer> {
    const fields = {
      grant_type: 'client_credentials',
      client_id: this.emulator.clientId,
      client_secret: this.emulator.clientSecret,
      resource: 'https://graph.microsoft.com',
      ...changes,
    }
    const form = new URLSearchParams()
    for (const [name, value] of Object.entries(fields)) if (value !== null) form.set(name, value)
    return this.fetch(`/${this.emulator.tenant}/oauth2/token`, {
      method: 'POST',
      body: form.toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
  }

  /** Sends a request below `/v1.0/` with the token. */
  send(method: string, path: string, { body, raw, headers = {} }: Sending = {}): Promise<Answer> {
    const content = raw ?? (body === undefined ? null : JSON.stringify(body))
    const type: Record<string, string> = content === null ? {} : { 'content-type': 'application/json' }
    const all = { authorization: `Bearer ${this.#token}`, ...type, ...headers }
    return this.fetch(`/v1.0/${path}`, { method, body: content, headers: all })
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.send('GET', path, { headers })
  }

  post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.send('POST', path, { body, headers })
  }

  patch(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.send('PATCH', path, { body, headers })
  }

  /** Creates definitions named `d1`, `d2` … */
  async addDefinitions(count: number): Promise<void> {
    const alertDefinitions = Array.from({ length: count }, (_, i) => definitionBody({ Name: `d${i + 1}` }))
    await this.post('AlertDefinitions/Actions.BulkUpload', { alertDefinitions })
  }

  /** Everything stored, as text: equal before and after where nothing changed. */
  async dump(): Promise<string> {
    const [definitions, indicators] = await Promise.all([
      this.get('AlertDefinitions?$orderby=Id'),
      this.get('IndicatorsOfCompromise?$orderby=Id&$expand=AlertDefinition($select=Id)'),
    ])
    return definitions.text + indicators.text
  }

  async fetch(path: string, init: RequestInit): Promise<Answer> {
    const response = await this.emulator.handle(new Request(ORIGIN + path, init))
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, json: jsonOf(text) }
  }

  [Symbol.dispose](): void {
    this.emulator.close()
  }
}

/** A definition that a POST takes. */
export function definitionBody(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    Name: 'restricted address',
    Severity: 'Low',
    InternalDescription: 'for the tests',
    Title: 'Contact with a restricted address',
    UxDescription: 'A device talked to an address that is off limits.',
    RecommendedAction: null,
    Category: 'Trojan',
    Enabled: true,
    ...changes,
  }
}

/** An indicator of definition 1 that a POST takes. */
export function indicatorBody(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    Type: 'Sha1',
    Value: '0123456789abcdef0123456789abcdef01234567',
    DetectionFunction: 'Equals',
    Enabled: true,
    'AlertDefinition@odata.bind': 'AlertDefinitions(1)',
    ...changes,
  }
}

function jsonOf(text: string): JsonBody {
  try {
    const json: unknown = JSON.parse(text)
    return isBody(json) ? json : {}
  } catch {
    return {}
  }
}

function isBody(json: unknown): json is JsonBody {
  return typeof json === 'object' && json !== null
}

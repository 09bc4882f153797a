/**
 * The requests that the public example clients of the API send (ti-api 1.14), byte for byte: only addresses, credentials and
 * keys that a reply gave differ.
 */
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ApiClient } from '../support/api-client.ts'
import { RawConnection, type RawReply } from '../support/raw-http.ts'
import { temporaryFolder } from '../support/run-cli.ts'
import { serveInProcess, type InProcessServe } from '../support/serve-in-process.ts'

let serve: InProcessServe
const connections: RawConnection[] = []

beforeEach(async () => {
  serve = await serveInProcess()
})

afterEach(async () => {
  for (const connection of connections.splice(0)) connection.destroy()
  await serve.stop()
})

async function connect(): Promise<RawConnection> {
  const connection = await RawConnection.open(serve.origin)
  connections.push(connection)
  return connection
}

function host(): string {
  return new URL(serve.origin).host
}

function lines(...head: readonly string[]): string {
  return `${head.join('\r\n')}\r\n\r\n`
}

/** The body of a reply that is JSON. */
function jsonOf(reply: RawReply): Record<string, unknown> {
  expect(reply.headers.get('content-type')).toMatch(/^application\/json/)
  const value: unknown = JSON.parse(reply.body)
  return { ...(typeof value === 'object' ? value : {}) }
}

const DEFINITION = {
  Name: 'Demo alert definition',
  Severity: 'Low',
  InternalDescription: 'The internal description of the demo',
  Title: 'A device ran the demo',
  UxDescription: 'What the demo does \u2013 and why',
  RecommendedAction: 'Nothing, it is a demo',
  Category: 'Trojan',
}
const SHA1 = '0a1b2c3d4e5f60718293a4b5c6d7e8f901234567'

/** JSON as the Python client writes it: blanks after separators, everything but ASCII escaped. */
function pythonJson(value: Readonly<Record<string, unknown>>): string {
  const members = Object.entries(value).map(([name, member]) => `"${name}": ${JSON.stringify(member)}`)
  return `{${members.join(', ')}}`.replaceAll(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** JSON as the PowerShell client writes it: four blanks, two before the value, lines of Windows. */
function powerShellJson(value: Readonly<Record<string, unknown>>): string {
  const members = Object.entries(value).map(([name, member]) => `    "${name}":  ${JSON.stringify(member)}`)
  return `{\r\n${members.join(',\r\n')}\r\n}`
}

/** What the Python client sends after the token, on a connection of its own. */
function pythonRequest(token: string, method: string, path: string, body: string | null): string {
  return (
    lines(
      `${method} /V1.0/${path} HTTP/1.1`,
      `Host: ${host()}`,
      'Accept-Encoding: identity',
      ...(body === null ? [] : [`Content-Length: ${body.length}`]),
      'User-Agent: python-urllib3/2.6.1',
      `Authorization: Bearer ${token}`,
      'Content-Type: application/json',
      'Accept: application/json',
    ) + (body ?? '')
  )
}

function form(...fields: readonly (readonly [string, string])[]): string {
  return fields.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')
}

test('the Python example runs: token, second connection, list, definition, indicator', async () => {
  const body = form(
    ['resource', 'https://graph.windows.net'],
    ['client_id', serve.clientId],
    ['client_secret', serve.clientSecret],
    ['grant_type', 'client_credentials'],
  )
  const first = await connect()
  first.send(
    lines(
      `POST /${serve.tenant}/oauth2/token HTTP/1.1`,
      `Host: ${host()}`,
      'User-Agent: python-requests/2.34.2',
      'Accept-Encoding: gzip, deflate',
      'Accept: */*',
      'Connection: keep-alive',
      `Content-Length: ${body.length}`,
      'Content-Type: application/x-www-form-urlencoded',
    ) + body,
  )
  const token = jsonOf(await first.reply())
  expect(token).toMatchObject({ token_type: 'Bearer', expires_in: '3599' })
  const accessToken = String(token['access_token'])

  const second = await connect()
  second.send(pythonRequest(accessToken, 'GET', 'AlertDefinitions', null))
  const list = await second.reply()
  expect(first.isClosed).toBe(false)
  expect([list.status, jsonOf(list)['value']]).toEqual([200, []])

  second.send(
    pythonRequest(accessToken, 'POST', 'AlertDefinitions', pythonJson({ ...DEFINITION, Enabled: true })),
  )
  const created = await second.reply()
  const definition = jsonOf(created)
  expect(created.status).toBe(201)
  expect(definition).toMatchObject({ ...DEFINITION, Id: 1, Enabled: true })

  second.send(
    pythonRequest(
      accessToken,
      'POST',
      'IndicatorsOfCompromise',
      pythonJson({
        Type: 'Sha1',
        Value: SHA1,
        DetectionFunction: 'Equals',
        Enabled: true,
        'AlertDefinition@odata.bind': `AlertDefinitions(${String(definition['Id'])})`,
      }),
    ),
  )
  const indicator = await second.reply()
  expect(indicator.status).toBe(201)
  expect(jsonOf(indicator)).toMatchObject({ Id: 1, Type: 'Sha1', Value: SHA1, DetectionFunction: 'Equals' })
  expect([first.isClosed, second.isClosed]).toEqual([false, false])
})

/** A POST as Windows PowerShell 5.1 sends it: the head first, the body once the server said to continue. */
async function powerShellPost(
  connection: RawConnection,
  path: string,
  headers: readonly string[],
  body: Uint8Array,
): Promise<RawReply> {
  connection.send(
    lines(
      `POST ${path} HTTP/1.1`,
      ...headers,
      'User-Agent: Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.1',
      `Host: ${host()}`,
      `Content-Length: ${body.length}`,
      'Expect: 100-continue',
      'Connection: Keep-Alive',
    ),
  )
  expect(await connection.interim()).toBe('HTTP/1.1 100 Continue')
  connection.send(body)
  return connection.reply()
}

const FORM_FIELDS = ['resource', 'client_id', 'client_secret', 'grant_type']

/** A hash table has no order: each field comes first once. */
test.each(FORM_FIELDS.map((_, i) => [FORM_FIELDS.slice(i).concat(FORM_FIELDS.slice(0, i))]))(
  'the PowerShell examples run with the form in the order %j and "true" as a string',
  async (order) => {
    const values = new Map([
      ['resource', 'https://graph.windows.net'],
      ['client_id', serve.clientId],
      ['client_secret', serve.clientSecret],
      ['grant_type', 'client_credentials'],
    ])
    const connection = await connect()
    const tokenReply = await powerShellPost(
      connection,
      `/${serve.tenant}/oauth2/token`,
      ['Content-Type: application/x-www-form-urlencoded'],
      Buffer.from(form(...order.map((name) => [name, values.get(name) ?? ''] as const))),
    )
    const headers = [
      `Authorization: Bearer ${String(jsonOf(tokenReply)['access_token'])}`,
      'Accept: application/json',
      'Content-Type: application/json',
    ]

    connection.send(lines('GET /V1.0/AlertDefinitions HTTP/1.1', ...headers, `Host: ${host()}`))
    expect(jsonOf(await connection.reply())['value']).toEqual([])

    const created = await powerShellPost(
      connection,
      '/V1.0/AlertDefinitions',
      headers,
      Buffer.from(powerShellJson({ ...DEFINITION, UxDescription: 'What', Enabled: 'true' })),
    )
    expect([created.status, jsonOf(created)]).toMatchObject([201, { Id: 1, Enabled: true }])

    const indicator = await powerShellPost(
      connection,
      '/V1.0/IndicatorsOfCompromise',
      headers,
      Buffer.from(
        powerShellJson({
          Type: 'Sha1',
          Value: SHA1,
          DetectionFunction: 'Equals',
          Enabled: 'true',
          'AlertDefinition@odata.bind': 'AlertDefinitions(1)',
        }),
      ),
    )
    expect([indicator.status, jsonOf(indicator)]).toMatchObject([201, { Id: 1, Enabled: true }])
  },
)

test('the PowerShell experiment runs: another severity, another category, an address', async () => {
  const { accessToken } = await ApiClient.open(serve)
  const headers = [
    `Authorization: Bearer ${accessToken}`,
    'Accept: application/json',
    'Content-Type: application/json',
  ]
  const connection = await connect()

  const created = await powerShellPost(
    connection,
    '/V1.0/AlertDefinitions',
    headers,
    Buffer.from(
      powerShellJson({
        ...DEFINITION,
        UxDescription: 'What',
        Severity: 'Medium',
        Category: 'SuspiciousNetworkTraffic',
        Enabled: 'true',
      }),
    ),
  )
  expect(jsonOf(created)).toMatchObject({ Severity: 'Medium', Category: 'SuspiciousNetworkTraffic' })

  const indicator = await powerShellPost(
    connection,
    '/V1.0/IndicatorsOfCompromise',
    headers,
    Buffer.from(
      powerShellJson({
        Type: 'IpAddress',
        Value: '52.184.197.12',
        DetectionFunction: 'Equals',
        Enabled: 'true',
        'AlertDefinition@odata.bind': 'AlertDefinitions(1)',
      }),
    ),
  )
  expect(jsonOf(indicator)).toMatchObject({ Type: 'IpAddress', Value: '52.184.197.12', Enabled: true })
})

test('text that PowerShell sends in Latin-1 arrives as it was meant', async () => {
  const { accessToken } = await ApiClient.open(serve)
  const headers = [`Authorization: Bearer ${accessToken}`, 'Content-Type: application/json']
  const text = 'Pr\u00fcfung: Ger\u00e4t \u00a7 12'
  const body = Buffer.from(powerShellJson({ ...DEFINITION, UxDescription: text, Enabled: 'true' }), 'latin1')

  const created = await powerShellPost(await connect(), '/V1.0/AlertDefinitions', headers, body)

  expect([created.status, jsonOf(created)]).toMatchObject([201, { UxDescription: text }])
})

test('both clients work side by side, with a Content-Type that ends in a semicolon', async () => {
  const { accessToken } = await ApiClient.open(serve)
  const [first, second] = [await connect(), await connect()]
  const body = pythonJson({ ...DEFINITION, Enabled: true })
  const request = pythonRequest(accessToken, 'POST', 'AlertDefinitions', body).replace(
    'Content-Type: application/json',
    'Content-Type: application/json;',
  )

  first.send(request)
  second.send(request)

  const ids = [jsonOf(await first.reply())['Id'], jsonOf(await second.reply())['Id']]
  expect(new Set(ids)).toEqual(new Set([1, 2]))
})

/** The steps of the Python example with nothing but the standard library. */
const PYTHON_CLIENT = `
import http.client, json, sys, urllib.parse
address, tenant, client, secret = sys.argv[1:]
form = urllib.parse.urlencode({"resource": "https://graph.windows.net", "client_id": client, "client_secret": secret, "grant_type": "client_credentials"})
login = http.client.HTTPConnection(address, timeout=10)
login.request("POST", "/" + tenant + "/oauth2/token", form, {"Content-Type": "application/x-www-form-urlencoded", "Accept": "*/*"})
token = json.loads(login.getresponse().read())["access_token"]
api = http.client.HTTPConnection(address, timeout=10)
headers = {"Authorization": "Bearer " + token, "Content-Type": "application/json", "Accept": "application/json"}
def call(method, path, body=None):
    api.request(method, "/V1.0/" + path, None if body is None else json.dumps(body), headers)
    reply = api.getresponse()
    return reply.status, json.loads(reply.read())
print(json.dumps(call("GET", "AlertDefinitions")))
status, definition = call("POST", "AlertDefinitions", {"Name": "Demo", "Severity": "Low", "InternalDescription": "Demo", "Title": "Demo \\u2013 a test", "UxDescription": "Demo", "RecommendedAction": "None", "Category": "Trojan", "Enabled": True})
print(json.dumps([status, definition]))
bind = "AlertDefinitions(" + str(definition["Id"]) + ")"
print(json.dumps(call("POST", "IndicatorsOfCompromise", {"Type": "Sha1", "Value": "${SHA1}", "DetectionFunction": "Equals", "Enabled": True, "AlertDefinition@odata.bind": bind})))
`

test('a client in Python, written with its standard library, runs', async (context) => {
  const script = join(temporaryFolder('python'), 'client.py')
  writeFileSync(script, PYTHON_CLIENT)
  const { tenant, clientId, clientSecret } = serve

  const result = await runPython([script, host(), tenant, clientId, clientSecret])

  context.skip(result === null, 'python3 is not on this machine')
  expect(result?.stderr).toBe('')
  const replies = (result?.stdout ?? '')
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
  expect(replies).toMatchObject([
    [200, { value: [] }],
    [201, { Id: 1, Title: 'Demo \u2013 a test' }],
    [201, { Id: 1, Value: SHA1 }],
  ])
})

interface PythonResult {
  readonly stdout: string
  readonly stderr: string
}

/** Null where there is no Python. */
function runPython(words: readonly string[]): Promise<PythonResult | null> {
  return new Promise((done) => {
    execFile('python3', [...words], { timeout: 30_000 }, (error, stdout, stderr) => {
      done(error?.code === 'ENOENT' ? null : { stdout, stderr })
    })
  })
}

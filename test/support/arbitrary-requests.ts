import * as fc from 'fast-check'

/** What a hostile client writes to a socket: a request that was once good, changed in a few places. */
export function hostileRequests(): fc.Arbitrary<Buffer> {
  return fc.tuple(fc.constantFrom(...SEEDS), fc.array(changes(), { maxLength: 4 })).map(([seed, applied]) => {
    let bytes: Buffer = Buffer.from(seed, 'latin1')
    for (const change of applied) bytes = change(bytes)
    return bytes.subarray(0, LARGEST)
  })
}

const LARGEST = 200_000

type Change = (bytes: Buffer) => Buffer

/** Each finds its place by a share of the length, so that it fits every request. */
function changes(): fc.Arbitrary<Change> {
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  const place = (bytes: Buffer, at: number): number => Math.floor(at * bytes.length)
  const insert =
    (at: number, inserted: Uint8Array): Change =>
    (bytes) =>
      Buffer.concat([bytes.subarray(0, place(bytes, at)), inserted, bytes.subarray(place(bytes, at))])
  return fc.oneof(
    fc.tuple(share, fc.integer({ min: 0, max: 255 })).map(([at, byte]): Change => (bytes) => {
      const changed = Buffer.from(bytes)
      if (changed.length > 0) changed[Math.min(place(bytes, at), changed.length - 1)] = byte
      return changed
    }),
    fc.tuple(share, fc.uint8Array({ maxLength: 40 })).map(([at, inserted]) => insert(at, inserted)),
    fc.tuple(share, fc.constantFrom(...WORDS)).map(([at, word]) => insert(at, Buffer.from(word, 'latin1'))),
    fc
      .tuple(share, fc.constantFrom(...WORDS), fc.integer({ min: 100, max: 20_000 }))
      .map(([at, word, size]) =>
        insert(at, Buffer.from(word.repeat(Math.ceil(size / word.length)), 'latin1')),
      ),
    fc.tuple(share, share).map(([from, to]): Change => (bytes) => {
      const [start, end] = [place(bytes, Math.min(from, to)), place(bytes, Math.max(from, to))]
      return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)])
    }),
    share.map(
      (at): Change =>
        (bytes) =>
          bytes.subarray(0, place(bytes, at)),
    ),
    fc.constantFrom(...SEEDS).map(
      (second): Change =>
        (bytes) =>
          Buffer.concat([bytes, Buffer.from(second, 'latin1')]),
    ),
  )
}

/** Pieces that parsers trip over. */
const WORDS = [
  '\r\n',
  '\n',
  '\0',
  ': ',
  '%',
  '%00',
  '%zz',
  '../',
  '//',
  '\\',
  '?',
  '#',
  "'",
  '(',
  ')',
  '[',
  '{',
  '{"a":',
  '"',
  ',',
  ' and ',
  'not ',
  '(((((((((',
  '-9223372036854775809',
  '1e999',
  '$filter=',
  '&$top=',
  '$expand=IndicatorsOfCompromise(',
  'Transfer-Encoding: chunked\r\n',
  'Content-Length: 5\r\n',
  'Content-Length: 99999999999999999999\r\n',
  'Expect: 100-continue\r\n',
  'Connection: upgrade\r\nUpgrade: websocket\r\n',
  'Host: evil.example\r\n',
  'X: y\r\n',
  'ffffffff\r\n',
  '\xff\xfe',
  '\ud83d'.slice(0, 1),
  '__proto__',
]

const HEAD = 'Host: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer abc\r\n'

function withBody(line: string, body: string, type = 'application/json'): string {
  return `${line} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nAuthorization: Bearer abc\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}

const DEFINITION =
  '{"Name":"n","Title":"t","Severity":"Low","Category":"Malware","UxDescription":"u","Enabled":"true"}'
const INDICATOR =
  '{"Type":"DomainName","Value":"a.example","DetectionFunction":"EndWith","ExpiresAt":"2027-01-01T00:00:00Z","AlertDefinition@odata.bind":"AlertDefinitions(1)"}'

/** Good requests of every kind that the server knows. */
const SEEDS: readonly string[] = [
  `GET /v1.0/ HTTP/1.1\r\n${HEAD}\r\n`,
  `GET /v1.0/$metadata HTTP/1.1\r\n${HEAD}\r\n`,
  `GET /v1.0/AlertDefinitions HTTP/1.1\r\n${HEAD}Accept: application/json;odata.metadata=full\r\n\r\n`,
  `GET /V1.0/AlertDefinitions(1)?$select=Id,Name&$expand=IndicatorsOfCompromise($top=2) HTTP/1.1\r\n${HEAD}\r\n`,
  `GET /v1.0/IndicatorsOfCompromise?$filter=contains(Value,'a')%20and%20Id%20gt%201&$orderby=Value%20desc&$top=5&$skip=1&$count=true HTTP/1.1\r\n${HEAD}\r\n`,
  `GET /v1.0/IndicatorsOfCompromise/$count HTTP/1.1\r\n${HEAD}\r\n`,
  `GET /v1.0/IndicatorsOfCompromise(1)/AlertDefinition/$ref HTTP/1.1\r\n${HEAD}\r\n`,
  withBody('POST /v1.0/AlertDefinitions', DEFINITION),
  withBody('POST /v1.0/IndicatorsOfCompromise', INDICATOR),
  withBody('POST /v1.0/AlertDefinitions/Actions.BulkUpload', `{"alertDefinitions":[${DEFINITION}]}`),
  withBody('POST /v1.0/IndicatorsOfCompromise/Actions.BulkUpload', `{"iocs":[${INDICATOR},${INDICATOR}]}`),
  withBody('PATCH /v1.0/AlertDefinitions(1)', '{"Title":"changed","Enabled":false}'),
  withBody(
    'PUT /v1.0/IndicatorsOfCompromise(1)/AlertDefinition/$ref',
    '{"@odata.id":"http://localhost/v1.0/AlertDefinitions(1)"}',
  ),
  withBody('POST /v1.0/AlertDefinitions(1)/Actions.DeleteIOCs', ''),
  `DELETE /v1.0/IndicatorsOfCompromise(2) HTTP/1.1\r\n${HEAD}\r\n`,
  withBody(
    'POST /t/oauth2/token',
    'resource=https%3A%2F%2Fgraph.windows.net&client_id=a&client_secret=b&grant_type=client_credentials',
    'application/x-www-form-urlencoded',
  ),
  `POST /v1.0/AlertDefinitions HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n${DEFINITION.length.toString(16)}\r\n${DEFINITION}\r\n0\r\n\r\n`,
  withBody('POST /_dryfire/faults', '{"faults":["3:500"]}'),
]

import { afterAll, beforeAll, expect, test } from 'vitest'
import { ApiClient, definitionBody } from '../support/api-client.ts'
import { askAdmin } from '../support/ask-admin.ts'
import { serveInProcess, type InProcessServe } from '../support/serve-in-process.ts'

let serve: InProcessServe

beforeAll(async () => {
  serve = await serveInProcess()
  const client = await ApiClient.open(serve)
  await client.ask('POST', 'AlertDefinitions', definitionBody('stays'))
  await askAdmin(serve.origin, serve.clientSecret, 'POST', 'faults', { faults: ['99:500'] })
})

afterAll(() => serve.stop())

test.each<readonly [string, string, string, Readonly<Record<string, string>>, unknown, number]>([
  ['no secret', 'GET', 'state', { authorization: '' }, undefined, 401],
  ['a wrong secret', 'GET', 'state', { authorization: 'Bearer wrong' }, undefined, 401],
  ['a form, as a web page could send one', 'POST', 'reset', { 'content-type': 'text/plain' }, {}, 415],
  ['the origin of a web page', 'POST', 'reset', { origin: 'https://evil.example' }, {}, 403],
  ['a path that is not there', 'GET', 'other', {}, undefined, 404],
  ['another method', 'DELETE', 'state', {}, undefined, 404],
  ['no JSON', 'POST', 'faults', {}, undefined, 400],
  ['a body of another shape', 'POST', 'faults', {}, { faults: '1:500' }, 400],
  ['a fault that cannot be read', 'POST', 'faults', {}, { faults: ['1:500', '1:418'] }, 400],
  ['too many faults', 'POST', 'faults', {}, { faults: Array.from({ length: 1001 }, () => '1:500') }, 400],
  ['a body too large', 'POST', 'faults', {}, { faults: ['x'.repeat(300_000)] }, 400],
])('the admin path refuses %s and changes nothing', async (_, method, path, headers, body, status) => {
  const reply = await askAdmin(serve.origin, serve.clientSecret, method, path, body, headers)

  expect(reply.status).toBe(status)
  expect(reply.body).toMatchObject({ error: { message: expect.any(String) as string } })
  const faults = await askAdmin(serve.origin, serve.clientSecret, 'GET', 'faults')
  expect(faults.body).toMatchObject({ faults: [{ fault: '99:500', fired: 0 }] })
  expect(await (await ApiClient.open(serve)).all('AlertDefinitions')).toMatchObject([{ Name: 'stays' }])
})

test('a token of the API opens no admin path', async () => {
  const { accessToken } = await ApiClient.open(serve)

  expect((await askAdmin(serve.origin, accessToken, 'GET', 'state')).status).toBe(401)
})

test('an admin path answers no preflight of a browser', async () => {
  const response = await fetch(`${serve.origin}/_dryfire/reset`, {
    method: 'OPTIONS',
    headers: { 'access-control-request-method': 'POST' },
  })

  expect(response.status).toBe(401)
  expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
})

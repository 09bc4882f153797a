import { expect, test } from 'vitest'
import {
  ConnectionCut,
  Emulator,
  faultAt,
  FaultInjector,
  NO_FAULTS,
  parseFaultPlan,
  serveEmulator,
  withAdmin,
  withFaults,
} from '../../../src/emulator.ts'

const DEFINITION = {
  Name: 'c2-lab',
  Title: 'A lab domain',
  Severity: 'High',
  Category: 'CommandAndControl',
  UxDescription: 'A device contacted a domain of the lab.',
}

test("an emulator answers in a test's own process, without a socket", async () => {
  const emulator = Emulator.open({ auth: 'off' })
  emulator.seed([{ body: DEFINITION, iocs: [{ Type: 'DomainName', Value: 'c2.example' }] }])

  const response = await emulator.handle(new Request('http://lab/v1.0/IndicatorsOfCompromise'))

  expect(await response.json()).toMatchObject({ value: [{ Id: 1, Value: 'c2.example' }] })
  emulator.close()
})

test("a user's test makes the emulator fail where it wants, with or without a socket", async () => {
  const emulator = Emulator.open({ auth: 'off' })
  const request = (): Request =>
    new Request('http://lab/v1.0/AlertDefinitions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(DEFINITION),
    })
  const count = async (): Promise<string> =>
    (await emulator.handle(new Request('http://lab/v1.0/AlertDefinitions/$count'))).text()
  const handle = withFaults((asked) => emulator.handle(asked), {
    rules: [faultAt(1, { kind: 'cut-before' }), faultAt(2, { kind: 'cut-after' })],
  })

  await expect(handle(request())).rejects.toThrow(ConnectionCut)
  expect(await count()).toBe('0')
  await expect(handle(request())).rejects.toThrow(ConnectionCut)
  expect(await count()).toBe('1')
  emulator.close()
})

test('the entry builds the same server as the command: emulator, faults, admin paths, socket', async () => {
  const emulator = Emulator.open({ clientSecret: 'secret', clientId: 'client', tenant: 'tenant' })
  const injector = new FaultInjector((request) => emulator.handle(request), NO_FAULTS)
  const server = await serveEmulator(
    withAdmin(
      {
        handle: (request) => emulator.handle(request),
        tenant: emulator.tenant,
        clientId: emulator.clientId,
        clientSecret: emulator.clientSecret,
      },
      injector,
    ),
  )
  injector.setPlan(parseFaultPlan(['1:507']))

  const refused = await fetch(`${server.origin}/v1.0/AlertDefinitions`)
  const state = await fetch(`${server.origin}/_dryfire/state`, {
    headers: { authorization: 'Bearer secret' },
  })

  expect(refused.status).toBe(507)
  expect(await state.json()).toEqual({ AlertDefinitions: [], IndicatorsOfCompromise: [] })
  await server.stop()
  emulator.close()
})

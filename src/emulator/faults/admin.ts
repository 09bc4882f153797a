import { createHash, timingSafeEqual } from 'node:crypto'
import { refusal } from '../server/refusal.ts'
import { refuseWebPage } from '../server/web-guard.ts'
import { emptyState, readState, type Owner } from './owner-access.ts'
import { FaultSpecError, parseFaultPlan } from './parse-fault.ts'
import { printFault } from './print-fault.ts'
import { NO_FAULTS } from './fault-plan.ts'
import type { FaultInjector, RequestHandler } from './with-faults.ts'

/** Where the emulator is steered: outside the API root, so that nothing of the API is shadowed. */
const ADMIN_ROOT = '/_dryfire/'

/** Largest body that the admin paths read. */
const BODY_LIMIT = 256 * 1024

const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' }

/**
 * Faults before a service, and the paths that steer it: `GET` and `POST /_dryfire/faults`, `GET /_dryfire/state`,
 * `POST /_dryfire/reset`. They ask for the client secret as a bearer token, and a POST for a JSON content type, so that no
 * web page reaches them; faults never hit them.
 */
export function withAdmin(owner: Owner, injector: FaultInjector): RequestHandler {
  return async (request) => {
    const { pathname } = new URL(request.url)
    if (!pathname.startsWith(ADMIN_ROOT)) return injector.handle(request)
    const refused = refuseWebPage(request, false) ?? refuseStranger(request, owner.clientSecret)
    if (refused !== null) return refused
    return answer(request, pathname.slice(ADMIN_ROOT.length), owner, injector)
  }
}

async function answer(
  request: Request,
  path: string,
  owner: Owner,
  injector: FaultInjector,
): Promise<Response> {
  const { origin } = new URL(request.url)
  switch (`${request.method} ${path}`) {
    case 'GET faults':
      return json(faultsOf(injector))
    case 'POST faults':
      return setFaults(request, injector)
    case 'GET state':
      return json(await readState(owner, origin))
    case 'POST reset':
      injector.setPlan(NO_FAULTS)
      await emptyState(owner, origin)
      return json(faultsOf(injector))
    default:
      return refusal(
        404,
        'NotFound',
        `There is GET and POST ${ADMIN_ROOT}faults, GET ${ADMIN_ROOT}state, POST ${ADMIN_ROOT}reset.`,
      )
  }
}

async function setFaults(request: Request, injector: FaultInjector): Promise<Response> {
  const specs = faultsIn(await readText(request))
  if (specs === null)
    return refusal(
      400,
      'InvalidRequestBody',
      'Expected {"faults":["3:429:retry-after=2"]}; an empty list ends all faults.',
    )
  try {
    injector.setPlan(parseFaultPlan(specs))
  } catch (error) {
    if (!(error instanceof FaultSpecError)) throw error
    return refusal(400, 'InvalidInput', `${error.message}; ${error.fix}`)
  }
  return json(faultsOf(injector))
}

function faultsOf(injector: FaultInjector): unknown {
  const faults = injector.counts.map(({ rule, seen, fired }) => ({ fault: printFault(rule), seen, fired }))
  return { requests: injector.requests, faults }
}

function faultsIn(text: string | null): readonly string[] | null {
  if (text === null) return null
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof body !== 'object' || body === null || !('faults' in body) || !Array.isArray(body.faults))
    return null
  const specs: readonly unknown[] = body.faults
  return specs.every((spec) => typeof spec === 'string') ? specs : null
}

/** Null: too large. */
async function readText(request: Request): Promise<string | null> {
  if (request.body === null) return ''
  const decoder = new TextDecoder()
  let text = ''
  let count = 0
  for await (const chunk of request.body) {
    count += chunk.byteLength
    if (count > BODY_LIMIT) return null
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

function refuseStranger(request: Request, secret: string): Response | null {
  const given = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
  if (given === undefined || !timingSafeEqual(digest(given), digest(secret)))
    return refusal(401, 'Unauthorized', 'Send the client secret as Authorization: Bearer SECRET.', {
      'www-authenticate': 'Bearer',
    })
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase()
  if (request.method === 'POST' && type !== 'application/json')
    return refusal(415, 'UnsupportedMediaType', 'Send Content-Type: application/json.')
  return null
}

/** Equal lengths, so that a comparison tells nothing about the secret. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function json(value: unknown): Response {
  return new Response(`${JSON.stringify(value)}\n`, { headers: JSON_HEADERS })
}

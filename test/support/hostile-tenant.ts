import type { Answer, SeenRequest } from './hostile-server.ts'
import { json } from './hostile-server.ts'

/** Entities as a service would send them. */
export interface Tenant {
  readonly definitions: readonly Record<string, unknown>[]
  /** `AlertDefinition` holds the key of the definition. */
  readonly indicators: readonly (Record<string, unknown> & { readonly definitionId: number })[]
}

/** What the service understands of `$expand`. */
export type Expanding = 'definition' | 'indicators' | 'none'

const AUDIT = {
  CreatedAt: '2026-11-01T00:00:00Z',
  CreatedBy: 'us',
  LastModifiedAt: null,
  LastModifiedBy: null,
}

export function definition(id: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    Name: `rule-${id}`,
    Severity: 'Low',
    InternalDescription: null,
    Title: `Rule ${id}`,
    UxDescription: 'What it says.',
    RecommendedAction: null,
    Category: 'Trojan',
    Id: id,
    ...AUDIT,
    Enabled: true,
    ...more,
  }
}

export function indicator(
  id: number,
  definitionId: number,
  more: Record<string, unknown> = {},
): Record<string, unknown> & { readonly definitionId: number } {
  return {
    Type: 'DomainName',
    Value: `host-${id}.example`,
    DetectionFunction: 'Equals',
    ExpiresAt: null,
    Id: id,
    ...AUDIT,
    Enabled: true,
    ...more,
    definitionId,
  }
}

/** Answers GET of both sets by `Id gt N` with at most `top` entities, as far as the client needs it. */
export function tenantAnswer(tenant: () => Tenant, expanding: Expanding = 'definition'): Answer {
  return (request, response) => {
    answerOf(tenant(), expanding, request)(request, response)
  }
}

function answerOf(tenant: Tenant, expanding: Expanding, request: SeenRequest): Answer {
  const url = new URL(request.url, 'http://x.invalid')
  const path = decodeURIComponent(url.pathname).replace(/^\/v1\.0\//i, '')
  const reference = /^IndicatorsOfCompromise\((\d+)\)\/AlertDefinition\/\$ref$/.exec(path)
  if (reference !== null) {
    const found = tenant.indicators.find(({ Id }) => Id === Number(reference[1]))
    return found === undefined
      ? json(404, {})
      : json(200, { '@odata.id': `http://elsewhere.example/V1.0/AlertDefinitions(${found.definitionId})` })
  }
  const expand = url.searchParams.get('$expand')
  if (path === 'AlertDefinitions') {
    if (expand !== null && expanding !== 'indicators')
      return json(501, { error: { code: 'NotImplemented', message: '' } })
    const nested = (Id: unknown): unknown =>
      tenant.indicators.filter(({ definitionId }) => definitionId === Id).map(withoutKey)
    const all = tenant.definitions.map((entity) =>
      expand === null ? entity : { ...entity, IndicatorsOfCompromise: nested(entity['Id']) },
    )
    return page(all, url)
  }
  if (path !== 'IndicatorsOfCompromise') return json(404, {})
  if (expand !== null && expanding !== 'definition')
    return json(400, { error: { code: 'ODataError', message: 'no' } })
  const parent = Number(/AlertDefinition\/Id eq (\d+)/.exec(url.searchParams.get('$filter') ?? '')?.[1] ?? 0)
  const some = tenant.indicators.filter(({ definitionId }) => parent === 0 || definitionId === parent)
  return page(
    some.map((entity) =>
      expand === null
        ? withoutKey(entity)
        : { ...withoutKey(entity), AlertDefinition: definition(entity.definitionId) },
    ),
    url,
  )
}

function page(entities: readonly Record<string, unknown>[], url: URL): Answer {
  const filter = url.searchParams.get('$filter') ?? ''
  const after = Number(/(?<!\/)Id gt (\d+)/.exec(filter)?.[1] ?? 0)
  const equal = /(?<!\/)\bId eq (\d+)/.exec(filter)?.[1]
  const top = Number(url.searchParams.get('$top') ?? 1000)
  const kept = entities.filter(
    ({ Id }) => Number(Id) > after && (equal === undefined || Id === Number(equal)),
  )
  return json(200, { value: kept.slice(0, top) })
}

function withoutKey(entity: Record<string, unknown>): Record<string, unknown> {
  const { definitionId: _key, ...rest } = entity
  return rest
}

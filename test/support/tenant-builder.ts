import type { RemoteDefinition, RemoteIndicator, RemoteState } from '../../src/sync/entities.ts'

/** An indicator of a test's tenant: only what the test is about. */
interface TenantIoc {
  readonly Id: number
  readonly Value: string
  readonly Type?: string
  readonly DetectionFunction?: string
  readonly ExpiresAt?: string | null
  readonly Enabled?: boolean
}

/** A definition of a test's tenant with what is bound to it; its content is that of `definitionNamed`. */
export interface TenantDefinition extends Partial<Omit<RemoteDefinition, 'Id' | 'Name'>> {
  readonly Id: number
  readonly Name: string
  readonly iocs?: readonly TenantIoc[]
}

/** What a tenant holds, as a provider reads it. */
export function buildTenant(definitions: readonly TenantDefinition[]): RemoteState {
  const indicators = definitions.flatMap(({ Id, iocs }) => (iocs ?? []).map((ioc) => indicatorOf(ioc, Id)))
  return {
    definitions: definitions.map(definitionOf).sort((a, b) => a.Id - b.Id),
    indicators: indicators.sort((a, b) => a.Id - b.Id),
  }
}

const AUDIT = {
  CreatedAt: '2026-11-01T00:00:00Z',
  CreatedBy: 'someone',
  LastModifiedAt: null,
  LastModifiedBy: null,
}

function definitionOf(given: TenantDefinition): RemoteDefinition {
  const { iocs, ...definition } = given
  if (iocs?.some(({ Id }) => Id < 1) === true) throw new RangeError('Ids start at 1')
  return {
    Title: `Title of ${definition.Name}`,
    Severity: 'Medium',
    Category: 'Malware',
    UxDescription: `What ${definition.Name} means.`,
    RecommendedAction: null,
    InternalDescription: null,
    Enabled: true,
    ...AUDIT,
    ...definition,
  }
}

function indicatorOf(ioc: TenantIoc, definitionId: number): RemoteIndicator {
  return {
    Type: 'DomainName',
    DetectionFunction: 'Equals',
    ExpiresAt: null,
    Enabled: true,
    ...AUDIT,
    ...ioc,
    definitionId,
  }
}

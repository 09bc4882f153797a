/** Names of a tenant's three quotas, in the order of every table (ti-api 1.9). */
export const QUOTA_NAMES = ['definitions', 'indicators', 'nonEqualsIndicators'] as const
/** One of `QUOTA_NAMES`. */
export type QuotaName = (typeof QUOTA_NAMES)[number]

/** One number for each quota; `nonEqualsIndicators` are those of the indicators whose function is not `Equals`. */
export type Quotas = { readonly [Name in QuotaName]: number }

/** What is assumed where nothing is configured: nobody publishes the numbers (ti-api 1.9). */
export const ASSUMED_QUOTAS: Quotas = { definitions: 1000, indicators: 15_000, nonEqualsIndicators: 1000 }

/** What `--quota` and the map `quotas:` of a configuration call them. */
export const QUOTA_WORDS: { readonly [Name in QuotaName]: string } = {
  definitions: 'definitions',
  indicators: 'indicators',
  nonEqualsIndicators: 'non-equals-indicators',
}

/** What they count, as messages and tables say it. */
export const QUOTA_NOUNS: { readonly [Name in QuotaName]: string } = {
  definitions: 'alert definitions',
  indicators: 'IOCs',
  nonEqualsIndicators: 'IOCs other than Equals',
}

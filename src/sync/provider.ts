import type {
  DefinitionBody,
  DefinitionPatch,
  IndicatorBody,
  IndicatorPatch,
  RemoteIndicator,
  RemoteState,
} from './entities.ts'

/** An item of a bulk upload that the service named as the reason of its refusal. */
export interface RefusedItem {
  /** 0-based place in the list that was sent. */
  readonly index: number
  readonly message: string
}

/**
 * What is known after a write was sent (sync 11). `absent` is proven: the service refused it and changed nothing.
 * `unknown` is everything else, a lost reply above all: only reading back can tell.
 */
export type WriteOutcome =
  | {
      readonly kind: 'done'
      /** Keys of what was created, in the order sent; null when the reply did not say. */
      readonly ids: readonly number[] | null
    }
  | {
      readonly kind: 'absent'
      readonly status: number
      /** The service's error code and message; escaped by whoever prints them. */
      readonly code: string
      readonly message: string
      readonly requestId: string | null
      /** Empty when the reply named none. */
      readonly refused: readonly RefusedItem[]
    }
  | {
      readonly kind: 'unknown'
      /** Null when there was no reply to read. */
      readonly status: number | null
      readonly reason: string
    }

/** An indicator to create, with the key of the definition that it is bound to. */
export interface BoundIndicator {
  readonly definitionId: number
  readonly body: IndicatorBody
}

/**
 * One way to deploy rules. Each write is one request, sent at most once (401 with a stale token and 429 are proven
 * absent and are repeated inside). Reads repeat by themselves and throw a RemoteError when they give up. The signal ends a
 * reading at once; of a write it ends the wait after a 429, never a request that is under way.
 */
export interface Provider {
  /** `scheme://host:port` plus the version path, without a trailing slash. */
  readonly api: string
  readonly tenant: string
  /** Two equal readings (sync 5). */
  readState(signal: AbortSignal): Promise<RemoteState>
  /** One reading of what hangs on one definition, as it is now. */
  readIndicatorsOf(definitionId: number, signal: AbortSignal): Promise<readonly RemoteIndicator[]>
  /** One bulk request; the caller keeps within the limits of `bulkFits`. */
  createDefinitions(bodies: readonly DefinitionBody[], signal: AbortSignal): Promise<WriteOutcome>
  createIndicators(items: readonly BoundIndicator[], signal: AbortSignal): Promise<WriteOutcome>
  patchDefinition(id: number, patch: DefinitionPatch, signal: AbortSignal): Promise<WriteOutcome>
  patchIndicator(id: number, patch: IndicatorPatch, signal: AbortSignal): Promise<WriteOutcome>
  bindIndicator(id: number, definitionId: number, signal: AbortSignal): Promise<WriteOutcome>
  deleteIndicator(id: number, signal: AbortSignal): Promise<WriteOutcome>
  deleteDefinition(id: number, signal: AbortSignal): Promise<WriteOutcome>
}

import type { Clock } from './clock.ts'
import type { Provider } from './provider.ts'
import { RemoteError } from './remote-error.ts'
import type { Secret } from './secret.ts'
import type { TransportLimits } from './transport-limits.ts'

/** Where a tenant's threat-intelligence API is and who asks. */
export interface TiProviderOptions {
  /** Service root, for example `https://TI.SecurityCenter.Windows.com/v1.0`. */
  readonly api: string
  readonly tokenUrl: string
  readonly tenant: string
  readonly clientId: string
  readonly clientSecret: Secret
  readonly clock: Clock
  readonly limits?: Partial<TransportLimits>
  /** Called with one line per request: method, path, status, milliseconds. Holds no secret. */
  readonly log?: (line: string) => void
}

/** The custom threat-intelligence API v1.0 as a provider. Sends nothing before its first method is called. */
export function openTiProvider(options: TiProviderOptions): Provider {
  throw new RemoteError('usage', 'SYNC100', `no provider for ${options.api} yet`)
}

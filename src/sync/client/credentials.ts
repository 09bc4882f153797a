import { RemoteError } from '../remote-error.ts'
import { Secret } from './secret.ts'
import { readSecretFile } from './secret-file.ts'
import { addressOf, parseServiceUrl } from './service-url.ts'
import { refuseForeignHost } from './trusted-host.ts'

/** Service root of the API (ti-api 1.1). */
const DEFAULT_API = 'https://TI.SecurityCenter.Windows.com/v1.0'

/** Everything that a provider must know about a tenant and about who asks. */
export interface Credentials {
  readonly api: string
  readonly tokenUrl: string
  readonly tenant: string
  readonly clientId: string
  readonly clientSecret: Secret
}

/** Where settings come from; the environment wins over the configuration, a secret file over both. */
export interface CredentialSources {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly config?: {
    readonly tenant?: string | undefined
    readonly api?: string | undefined
    readonly token?: string | undefined
  }
  /** Path of `--secret-file`, or null. */
  readonly secretFile?: string | null
}

/** What a tenant is called: a GUID or a domain name. It becomes a part of a URL's path. */
const TENANT_FORM = /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/
const CLIENT_ID_FORM = /^[\x21-\x7e]{1,256}$/
const SECRET_LENGTH = 4_096

/** Collects and checks the settings. Throws a RemoteError ('usage') that names everything that is missing, never a value. */
export function readCredentials(sources: CredentialSources): Credentials {
  const { environment, config } = sources
  refuseUncheckedTls(environment)
  const tenant = environment['DRYFIRE_TENANT_ID'] || config?.tenant
  const clientId = environment['DRYFIRE_CLIENT_ID']
  const secret = secretOf(sources)
  refuseMissing({
    DRYFIRE_TENANT_ID: tenant,
    DRYFIRE_CLIENT_ID: clientId,
    'DRYFIRE_CLIENT_SECRET or --secret-file': secret?.reveal(),
  })
  if (!tenant || !clientId || secret === null) throw missing([])
  if (!TENANT_FORM.test(tenant)) throw malformed('DRYFIRE_TENANT_ID', 'a GUID or a domain name')
  if (!CLIENT_ID_FORM.test(clientId)) throw malformed('DRYFIRE_CLIENT_ID', 'visible ASCII characters')
  return {
    api: serviceAddress('DRYFIRE_API_URL', environment, config?.api, DEFAULT_API),
    tokenUrl: serviceAddress('DRYFIRE_TOKEN_URL', environment, config?.token, defaultTokenUrl(tenant)),
    tenant,
    clientId,
    clientSecret: secret,
  }
}

function serviceAddress(
  variable: string,
  environment: CredentialSources['environment'],
  configured: string | undefined,
  fallback: string,
): string {
  const url = parseServiceUrl(environment[variable] || configured || fallback, variable)
  if (!environment[variable]) refuseForeignHost(url, variable)
  return addressOf(url)
}

/** Where a tenant's tokens come from (ti-api 1.2). */
function defaultTokenUrl(tenant: string): string {
  return `https://login.windows.net/${tenant}/oauth2/token`
}

function secretOf({ environment, secretFile }: CredentialSources): Secret | null {
  if (secretFile !== null && secretFile !== undefined)
    return checkedSecret(readSecretFile(secretFile), 'the secret file')
  const value = environment['DRYFIRE_CLIENT_SECRET']
  return value ? checkedSecret(new Secret(value), 'DRYFIRE_CLIENT_SECRET') : null
}

function checkedSecret(secret: Secret, setting: string): Secret {
  const value = secret.reveal()
  if (value.trim() === '' || value.length > SECRET_LENGTH || /\p{Cc}/u.test(value))
    throw malformed(setting, `one line of at most ${SECRET_LENGTH} characters`)
  return secret
}

/** Our connections check certificates whatever this variable says, but a user who set it expects otherwise and must know. */
function refuseUncheckedTls(environment: CredentialSources['environment']): void {
  if (environment['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0') return
  throw new RemoteError(
    'usage',
    'SYNC121',
    'NODE_TLS_REJECT_UNAUTHORIZED=0 asks not to check certificates, which is never done',
    'unset NODE_TLS_REJECT_UNAUTHORIZED',
  )
}

function refuseMissing(settings: Readonly<Record<string, string | undefined>>): void {
  const names = Object.entries(settings)
    .filter(([, value]) => !value)
    .map(([name]) => name)
  if (names.length > 0) throw missing(names)
}

function missing(names: readonly string[]): RemoteError {
  return new RemoteError(
    'usage',
    'SYNC122',
    `no credentials: ${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} not set`,
    'set them in the environment, or the secret in a file that only you can read',
  )
}

function malformed(setting: string, expected: string): RemoteError {
  return new RemoteError('usage', 'SYNC123', `${setting}: expected ${expected}, found something else`, null)
}

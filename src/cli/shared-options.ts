import { SEVERITIES } from '../model/alert-definition.ts'

/** One option that several commands and `dryfire.config.yaml` share; its name is the flag without dashes. */
export interface SharedOption {
  readonly name: string
  readonly short?: string
  /** Placeholder in the help text. */
  readonly value: string
  readonly isList?: true
  readonly choices?: readonly string[]
  /** Under which heading the help text shows it; absent: under that of the command's own options. */
  readonly heading?: string
  /** What holds when it is not given, for the help text. */
  readonly fallback?: string
  readonly description: string
  /** The environment variable that sets it, where it is not `DRYFIRE_<NAME>`. */
  readonly variable?: string
  /** A group of options that the configuration writes as a map; each is known as `group.name`. */
  readonly members?: readonly SharedOption[]
}

function under(heading: string, options: readonly SharedOption[]): readonly SharedOption[] {
  return options.map((option) => ({ ...option, heading }))
}

/** Where rules come from. */
export const RULE_OPTIONS: readonly SharedOption[] = under('Rules:', [
  {
    name: 'rules',
    short: 'r',
    value: 'REF',
    isList: true,
    description: 'rule files, folders, globs, .dfx images, git:REF, git:REF:PATH or tenant:',
  },
  {
    name: 'ioc',
    value: 'VALUE',
    isList: true,
    description: 'a value to look for without a rule file; its type is guessed',
  },
  {
    name: 'non-equals-hash',
    value: 'MODE',
    choices: ['allow', 'reject'],
    fallback: 'allow',
    description: 'hash IOCs with StartWith, EndWith or Contains',
  },
])

/** How logs are read. */
export const LOG_OPTIONS: readonly SharedOption[] = under('How logs are read:', [
  {
    name: 'log-format',
    value: 'NAME',
    description: 'format of the logs; found from the content when not given',
  },
  { name: 'field-map', value: 'FILE', description: 'YAML file that names the fields of a log format' },
  {
    name: 'fields',
    value: 'MODE',
    choices: ['mapped', 'any'],
    fallback: 'mapped',
    description: 'mapped fields only, or every string by its shape',
  },
  { name: 'table', value: 'NAME', description: 'table of records that do not name one' },
  {
    name: 'validate',
    value: 'MODE',
    choices: ['lenient', 'strict'],
    fallback: 'lenient',
    description: 'strict: quarantine records that are not valid JSON',
  },
  {
    name: 'max-record',
    value: 'SIZE',
    fallback: '16MiB',
    description: 'quarantine records above this size (1KiB to 256MiB)',
  },
])

/** What matches and how it is counted. */
export const SEMANTICS_OPTIONS: readonly SharedOption[] = under('What matches, and how it is counted:', [
  {
    name: 'hash-scope',
    value: 'SCOPE',
    choices: ['object', 'both'],
    fallback: 'both',
    description: 'hashes of the object only, or of the initiating process too',
  },
  {
    name: 'ip-scope',
    value: 'SCOPE',
    choices: ['remote', 'all'],
    fallback: 'remote',
    description: 'remote addresses only, or local ones too',
  },
  {
    name: 'domain-scope',
    value: 'SCOPE',
    choices: ['contact', 'all'],
    fallback: 'contact',
    description: 'contacted names only, or device names too',
  },
  {
    name: 'dns-answers',
    value: 'SWITCH',
    choices: ['off', 'on'],
    fallback: 'off',
    description: 'match what DNS answered, labelled "resolved, not contacted"',
  },
  {
    name: 'domain-equals',
    value: 'MODE',
    choices: ['exact', 'subdomains'],
    fallback: 'exact',
    description: 'what Equals means for a domain name',
  },
  {
    name: 'domain-suffix',
    value: 'MODE',
    choices: ['textual', 'label'],
    fallback: 'textual',
    description: 'what EndWith means for a domain name',
  },
  {
    name: 'as-of',
    value: 'CLOCK',
    fallback: 'event',
    description: 'clock for ExpiresAt: event, now, or a point in time',
  },
  {
    name: 'activation',
    value: 'MODE',
    choices: ['always', 'created', 'created+20m'],
    fallback: 'always',
    description: 'from when an IOC counts',
  },
  {
    name: 'group-window',
    value: 'TIME',
    fallback: '24h',
    description: 'window that groups detections into alerts',
  },
  {
    name: 'dedupe',
    value: 'SWITCH',
    choices: ['on', 'off'],
    fallback: 'on',
    description: 'count copies of an event once',
  },
  { name: 'tables', value: 'NAME', isList: true, description: 'only these tables' },
  { name: 'action-types', value: 'NAME', isList: true, description: 'only these ActionTypes' },
  {
    name: 'target',
    value: 'NAME',
    choices: ['legacy'],
    fallback: 'legacy',
    description: 'whose matching is modelled',
  },
])

/** Which detections are shown. */
export const FILTER_OPTIONS: readonly SharedOption[] = under('Which detections are shown:', [
  { name: 'from', value: 'TIME', description: 'only events at or after this time' },
  { name: 'to', value: 'TIME', description: 'only events before this time' },
  { name: 'device', value: 'NAME', isList: true, description: 'only events of these devices (id or name)' },
  { name: 'definition', value: 'NAME', isList: true, description: 'only these alert definitions' },
  {
    name: 'min-severity',
    value: 'LEVEL',
    choices: SEVERITIES,
    description: 'only definitions of at least this severity',
  },
])

/** How the work is done; never changes the result of a run that ends well. */
export const RUN_OPTIONS: readonly SharedOption[] = under('How the work is done:', [
  {
    name: 'max-ratio',
    value: 'N',
    fallback: 'no limit',
    description: 'stop reading a log that grows more than N times when decompressed',
  },
  { name: 'workers', value: 'N', description: 'worker threads; 0 uses none; chosen by size when not given' },
  {
    name: 'kernel',
    value: 'NAME',
    choices: ['wasm', 'portable', 'off'],
    fallback: 'wasm',
    description: 'the filter in front of the exact matcher',
  },
])

/**
 * Which tenant rules are pulled from and applied to (sync 1). No flags: what a push goes to stands in a file that
 * is reviewed or in the environment, beside the secret, which stands in no file of ours at all.
 */
const REMOTE_OPTIONS: readonly SharedOption[] = [
  { name: 'tenant', value: 'ID', variable: 'DRYFIRE_TENANT_ID', description: 'the directory (tenant) id' },
  {
    name: 'api',
    value: 'URL',
    variable: 'DRYFIRE_API_URL',
    description: 'root of the API, version included',
  },
  { name: 'token', value: 'URL', variable: 'DRYFIRE_TOKEN_URL', description: 'the token endpoint' },
  {
    name: 'read-back',
    value: 'TIME',
    fallback: '30s',
    description: 'how long readings must agree before a write without a reply is judged',
  },
  {
    name: 'owned',
    value: 'MAP',
    description: 'which definitions of the tenant these rules stand for',
    members: [
      { name: 'owned.prefix', value: 'TEXT', description: 'every Name that begins so' },
      { name: 'owned.names', value: 'NAME', isList: true, description: 'these Names' },
    ],
  },
  {
    name: 'quotas',
    value: 'MAP',
    description: "the tenant's limits",
    members: [
      { name: 'quotas.definitions', value: 'N', description: 'alert definitions' },
      { name: 'quotas.indicators', value: 'N', description: 'IOCs' },
      { name: 'quotas.non-equals-indicators', value: 'N', description: 'IOCs other than Equals' },
    ],
  },
]

/** How a tenant is reached; the secret itself stands in the environment or in this file (sync 15). */
export const TENANT_OPTIONS: readonly SharedOption[] = under('Tenant:', [
  {
    name: 'secret-file',
    value: 'FILE',
    description: 'file of mode 0600 that holds the client secret; else DRYFIRE_CLIENT_SECRET',
  },
])

/** All that `dryfire.config.yaml` may hold. */
export const CONFIG_OPTIONS: readonly SharedOption[] = [
  ...RULE_OPTIONS,
  ...LOG_OPTIONS,
  ...SEMANTICS_OPTIONS,
  ...FILTER_OPTIONS,
  ...RUN_OPTIONS,
  ...TENANT_OPTIONS,
  ...REMOTE_OPTIONS,
]

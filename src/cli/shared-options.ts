import { SEVERITIES } from '../model/alert-definition.ts'

/** One option that several commands and `dryfire.config.yaml` share; its name is the flag without dashes. */
export interface SharedOption {
  readonly name: string
  readonly short?: string
  /** Placeholder in the help text. */
  readonly value: string
  readonly isList?: true
  readonly choices?: readonly string[]
  /** What holds when it is not given, for the help text. */
  readonly fallback?: string
  readonly description: string
}

/** Where rules come from. */
export const RULE_OPTIONS: readonly SharedOption[] = [
  {
    name: 'rules',
    short: 'r',
    value: 'REF',
    isList: true,
    description: 'rule files, folders, globs, .dfx images or git:REF:PATH',
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
    description: 'hash indicators with StartWith, EndWith or Contains',
  },
]

/** How logs are read. */
export const LOG_OPTIONS: readonly SharedOption[] = [
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
]

/** What matches and how it is counted. */
export const SEMANTICS_OPTIONS: readonly SharedOption[] = [
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
    description: 'from when an indicator counts',
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
]

/** Which detections are shown. */
export const FILTER_OPTIONS: readonly SharedOption[] = [
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
]

/** How the work is done; never changes the result of a run that ends well. */
export const RUN_OPTIONS: readonly SharedOption[] = [
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
]

/** All that `dryfire.config.yaml` may hold. */
export const CONFIG_OPTIONS: readonly SharedOption[] = [
  ...RULE_OPTIONS,
  ...LOG_OPTIONS,
  ...SEMANTICS_OPTIONS,
  ...FILTER_OPTIONS,
  ...RUN_OPTIONS,
]

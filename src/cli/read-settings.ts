import { readFileSync } from 'node:fs'
import { fileErrorFrom } from '../files/file-error.ts'
import { LOG_FORMATS } from '../logs/classify.ts'
import { SEVERITIES } from '../model/alert-definition.ts'
import type { FieldMap } from '../model/field-map.ts'
import type { Semantics } from '../model/semantics.ts'
import { DEFAULT_SEMANTICS } from '../model/semantics.ts'
import type { TimeTicks } from '../model/time.ts'
import type { ReplayFilters } from '../replay/scan-settings.ts'
import type { CommandContext } from './command-context.ts'
import type { OptionValues } from './option-values.ts'
import {
  parseDuration,
  parseInstant,
  parseRatio,
  parseRecordCap,
  parseWorkers,
  WORKERS_LIMIT,
} from './parse-words.ts'
import type { RuleRequest } from './rule-request.ts'
import { TENANT } from './rule-request.ts'
import { RulesRejectedError } from './rules-rejected.ts'
import { UsageError } from './usage-error.ts'

/**
 * Which rules are meant, from operands, flags, environment and configuration; what `tenant:` stands for is read here.
 * Throws a RemoteError where the tenant cannot be read.
 */
export async function readRuleRequest(
  context: Pick<CommandContext, 'values' | 'output'>,
  operands: readonly string[] = [],
): Promise<RuleRequest> {
  const { values } = context
  const rules = operands.length > 0 ? operands : values.references('rules')
  const request = {
    rules,
    iocs: values.list('ioc') ?? [],
    nonEqualsHash: values.choice('non-equals-hash', ['allow', 'reject'], null),
  }
  refuseNamedTenant(rules)
  if (!rules.includes(TENANT)) return request
  const { readTenantRules } = await import('./tenant-rules.ts')
  const { nonEqualsHash } = request
  return { ...request, tenant: await readTenantRules(context, { nonEqualsHash: nonEqualsHash ?? 'allow' }) }
}

function refuseNamedTenant(rules: readonly string[]): void {
  const named = rules.find((reference) => reference.startsWith(TENANT) && reference !== TENANT)
  if (named === undefined) return
  throw new UsageError(
    `"${named}" names a tenant`,
    `write ${TENANT} alone; which tenant it is stands in the configuration or in DRYFIRE_TENANT_ID`,
  )
}

/** The matching law in force. `now` stands for `--as-of now`. */
export function readSemantics(values: OptionValues, now: TimeTicks): Semantics {
  const defaults = DEFAULT_SEMANTICS
  const asOf = values.one('as-of')
  const window = values.one('group-window')
  const cap = values.one('max-record')
  values.choice('target', ['legacy'], 'legacy')
  return {
    hashScope: values.choice('hash-scope', ['object', 'both'], defaults.hashScope),
    ipScope: values.choice('ip-scope', ['remote', 'all'], defaults.ipScope),
    domainScope: values.choice('domain-scope', ['contact', 'all'], defaults.domainScope),
    dnsAnswers: values.choice('dns-answers', ['off', 'on'], defaults.dnsAnswers),
    domainEquals: values.choice('domain-equals', ['exact', 'subdomains'], defaults.domainEquals),
    domainSuffix: values.choice('domain-suffix', ['textual', 'label'], defaults.domainSuffix),
    nonEqualsHash: values.choice('non-equals-hash', ['allow', 'reject'], defaults.nonEqualsHash),
    asOf: asOf === null || asOf === 'event' ? 'event' : asOf === 'now' ? now : parseInstant('--as-of', asOf),
    activation: values.choice('activation', ['always', 'created', 'created+20m'], defaults.activation),
    groupWindow: window === null ? defaults.groupWindow : parseDuration('--group-window', window),
    dedupe: values.choice('dedupe', ['on', 'off'], defaults.dedupe),
    tables: values.list('tables'),
    actionTypes: values.list('action-types'),
    fields: values.choice('fields', ['mapped', 'any'], defaults.fields),
    validate: values.choice('validate', ['lenient', 'strict'], defaults.validate),
    maxRecordBytes: cap === null ? defaults.maxRecordBytes : parseRecordCap('--max-record', cap),
  }
}

/** Which detections are to be shown. */
export function readFilters(values: OptionValues): ReplayFilters {
  const from = values.one('from')
  const to = values.one('to')
  const first = from === null ? null : parseInstant('--from', from)
  const end = to === null ? null : parseInstant('--to', to)
  if (first !== null && end !== null && first >= end)
    throw new UsageError(
      `no event is at or after --from ${from} and before --to ${to}`,
      'give an earlier --from',
    )
  return {
    from: first,
    to: end,
    devices: values.list('device'),
    definitions: values.list('definition'),
    minSeverity: values.choice('min-severity', SEVERITIES, null),
  }
}

/** Threads asked for, capped; null: chosen by size. */
export function readWorkers(values: OptionValues): {
  readonly workers: number | null
  readonly warning: string | null
} {
  const text = values.one('workers')
  if (text === null) return { workers: null, warning: null }
  const workers = parseWorkers('--workers', text)
  if (workers <= WORKERS_LIMIT) return { workers, warning: null }
  return { workers: WORKERS_LIMIT, warning: `--workers ${workers} is capped at ${WORKERS_LIMIT}` }
}

/** Most decompressed bytes per compressed one, or null: no limit. */
export function readMaxRatio(values: OptionValues): number | null {
  const text = values.one('max-ratio')
  return text === null ? null : parseRatio('--max-ratio', text)
}

/** The name of a log format, or null: found from the content. */
export function readLogFormat(values: OptionValues): string | null {
  const name = values.one('log-format')
  if (name === null || LOG_FORMATS.includes(name)) return name
  throw new UsageError(`there is no log format "${name}"`, `give one of ${LOG_FORMATS.join(', ')}`)
}

/** The user's field map, or null when none is named. Throws RulesRejectedError with every problem of the file. */
export async function readFieldMap(values: OptionValues): Promise<FieldMap | null> {
  const [path] = values.references('field-map')
  if (path === undefined) return null
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw fileErrorFrom(cause, 'read', path)
  }
  const { parseFieldMap } = await import('../logs/user-map.ts')
  const parsed = parseFieldMap(path, text)
  if (!parsed.ok) throw new RulesRejectedError(parsed.diagnostics)
  return parsed.map
}

import { QUOTA_NAMES, QUOTA_WORDS } from '../model/quotas.ts'
import type { QuotaName, Quotas } from '../model/quotas.ts'
import type { CommandContext } from './command-context.ts'
import { textsOf } from './flag-texts.ts'
import type { OptionValues } from './option-values.ts'
import { UsageError } from './usage-error.ts'

/** The quotas that the flag `--quota` gives, else the configuration; the others are assumed. Throws a UsageError. */
export function readQuotas({ values, flags }: Pick<CommandContext, 'values' | 'flags'>): Partial<Quotas> {
  return { ...configuredQuotas(values), ...parseQuotas(textsOf(flags['quota'])) }
}

/** The quotas that the configuration gives. Throws a UsageError. */
export function configuredQuotas(values: OptionValues): Partial<Quotas> {
  const given = QUOTA_NAMES.flatMap((name): readonly (readonly [QuotaName, number])[] => {
    const option = `quotas.${QUOTA_WORDS[name]}`
    const text = values.one(option)
    if (text === null) return []
    if (!COUNT.test(text)) throw new UsageError(`${option} is a whole number, found "${text}"`)
    return [[name, Number(text)]]
  })
  return Object.fromEntries(given)
}

/** Reads words such as `indicators=15000`; of two for one quota the last holds. Throws a UsageError. */
export function parseQuotas(words: readonly string[]): Partial<Quotas> {
  return Object.fromEntries(words.map(parseQuota))
}

const COUNT = /^\d{1,9}$/

function parseQuota(text: string): readonly [QuotaName, number] {
  const [, word = '', count = ''] = /^([a-z-]+)=(\d{1,9})$/.exec(text) ?? []
  const name = QUOTA_NAMES.find((known) => QUOTA_WORDS[known] === word)
  if (name !== undefined) return [name, Number(count)]
  throw new UsageError(
    `--quota is ${Object.values(QUOTA_WORDS).join(', ')}, each with =N, found "${text}"`,
    'write --quota indicators=15000',
  )
}

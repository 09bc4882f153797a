import type { Quotas } from '../harness/quotas.ts'
import type { CommandContext } from './command-context.ts'
import { UsageError } from './usage-error.ts'

/** The quotas that the flags give; the others are assumed. */
export function readQuotas(flags: CommandContext['flags']): Partial<Quotas> {
  const definitions = readNumber('--max-definitions', flags['maxDefinitions'])
  const iocs = readNumber('--max-iocs', flags['maxIocs'])
  const nonEquals = readNumber('--max-non-equals', flags['maxNonEquals'])
  return {
    ...(definitions === null ? {} : { definitions }),
    ...(iocs === null ? {} : { iocs }),
    ...(nonEquals === null ? {} : { nonEquals }),
  }
}

function readNumber(option: string, flag: unknown): number | null {
  if (typeof flag !== 'string') return null
  if (/^\d{1,9}$/.test(flag)) return Number(flag)
  throw new UsageError(`${option} needs a whole number, found "${flag}"`, `write it as ${option} 1000`)
}

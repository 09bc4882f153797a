import type { ParseOptions } from '../rules/parse-options.ts'
import { readableRules, type ReadableRules } from '../sync/pull/readable-rules.ts'
import type { CommandContext } from './command-context.ts'
import { openTenant } from './open-tenant.ts'
import { RequestTrace, readTenant } from './read-tenant.ts'

/** What the configured tenant holds, as the collection replies that the rules room reads. Throws an InterruptedError at a signal. */
export async function readTenantRules(
  { values, output }: Pick<CommandContext, 'values' | 'output'>,
  options: ParseOptions,
): Promise<ReadableRules> {
  const trace = new RequestTrace(output, false)
  return readableRules(await readTenant(openTenant(values, trace.log), trace), options)
}

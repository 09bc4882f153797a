import type { RuleFile } from '../rules/parse-rules.ts'
import { replyFiles } from '../sync/pull/reply-files.ts'
import { interruptedOr } from './interrupted-error.ts'
import { openTenant } from './open-tenant.ts'
import type { OptionValues } from './option-values.ts'
import { watchSignals } from './signals.ts'

/** What the configured tenant holds, as the collection replies that the rules room reads. Throws an InterruptedError at a signal. */
export async function readTenantRules(values: OptionValues): Promise<readonly RuleFile[]> {
  const watch = watchSignals()
  try {
    return replyFiles(await openTenant(values, null).readState(watch.signal))
  } catch (cause) {
    throw interruptedOr(cause, watch)
  } finally {
    watch.stop()
  }
}

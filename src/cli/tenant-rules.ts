import type { RuleFile } from '../rules/parse-rules.ts'
import { replyFiles } from '../sync/reply-files.ts'
import { openTenant } from './open-tenant.ts'
import type { OptionValues } from './option-values.ts'
import { watchSignals } from './signals.ts'

/** What the configured tenant holds, as the collection replies that the rules room reads. */
export async function readTenantRules(values: OptionValues): Promise<readonly RuleFile[]> {
  const watch = watchSignals()
  try {
    return replyFiles(await openTenant(values, null).readState(watch.signal))
  } finally {
    watch.stop()
  }
}

import { MemoryProvider, MemoryTenant, type MemoryProviderOptions } from './memory-provider.ts'
import { MemoryStateIo } from './memory-state-io.ts'
import { VirtualClock } from './virtual-clock.ts'
import {
  SCENARIO_ROWS,
  SCENARIO_SETTINGS,
  planFor,
  processFacts,
  scenarioTenant,
  stateFor,
} from './apply-scenario.ts'
import type { RuleRow } from './rule-set-builder.ts'
import { applyPlan, resumeApply, type ApplyTools } from '../../src/sync/apply.ts'
import type { ApplyReport, ApplySettings } from '../../src/sync/apply-report.ts'
import type { RemoteState } from '../../src/sync/entities.ts'
import type { Plan } from '../../src/sync/plan.ts'

export interface ApplyBenchOptions {
  readonly remote?: RemoteState
  readonly rows?: readonly RuleRow[]
  readonly settings?: ApplySettings
  readonly provider?: Omit<MemoryProviderOptions, 'tenant' | 'clock'>
}

/** A tenant in memory, a plan for it, and a disk: everything that an apply needs, and that a test looks at afterwards. */
export class ApplyBench {
  readonly tenant: MemoryTenant
  readonly clock: VirtualClock = new VirtualClock()
  readonly io: MemoryStateIo = new MemoryStateIo()
  readonly plan: Plan
  readonly settings: ApplySettings
  /** Of the last run. */
  provider: MemoryProvider
  readonly #rows: readonly RuleRow[]

  constructor(options: ApplyBenchOptions = {}) {
    this.tenant = new MemoryTenant(options.remote ?? scenarioTenant())
    this.#rows = options.rows ?? SCENARIO_ROWS
    this.plan = planFor(this.#rows, this.tenant.read())
    this.settings = options.settings ?? SCENARIO_SETTINGS
    this.provider = this.providerWith(options.provider ?? {})
  }

  providerWith(options: Omit<MemoryProviderOptions, 'tenant' | 'clock'>): MemoryProvider {
    return new MemoryProvider({ tenant: this.tenant, clock: this.clock, ...options })
  }

  /** A plan for the tenant as it is now. */
  replan(): Plan {
    return planFor(this.#rows, this.tenant.read())
  }

  tools(more: Partial<ApplyTools> = {}): ApplyTools {
    return {
      provider: this.provider,
      state: stateFor(this.provider, this.io, processFacts(1)),
      clock: this.clock,
      settings: this.settings,
      signal: new AbortController().signal,
      ...more,
    }
  }

  apply(
    more: Partial<ApplyTools> & { readonly plan?: Plan; readonly allowDelete?: number | null } = {},
  ): Promise<ApplyReport> {
    const { plan = this.plan, allowDelete = plan.deletes, ...tools } = more
    return applyPlan({ ...this.tools(tools), plan, allowDelete })
  }

  /** Takes up the apply with a provider to which nothing happens, unless told otherwise. */
  resume(
    options: Omit<MemoryProviderOptions, 'tenant' | 'clock'> = {},
    more: Partial<ApplyTools> = {},
  ): Promise<ApplyReport> {
    this.provider = this.providerWith(options)
    return resumeApply(this.tools(more))
  }
}

import type { StateFolder } from '../files/state-folder.ts'
import type { ApplyReport, ApplySettings, ApplyStep } from './apply-report.ts'
import type { Clock } from './clock.ts'
import type { Plan } from './plan.ts'
import type { Provider } from './provider.ts'

/** With what an apply works. */
export interface ApplyTools {
  readonly provider: Provider
  /** Neither locked nor read yet. */
  readonly state: StateFolder
  readonly clock: Clock
  readonly settings: ApplySettings
  readonly onProgress?: (step: ApplyStep) => void
  /** Stops after the request that is running; what is left is resumable. */
  readonly signal: AbortSignal
}

export interface ApplyInput extends ApplyTools {
  readonly plan: Plan
  /** As the user typed it after `--allow-delete`; null without (sync 8). */
  readonly allowDelete: number | null
}

/** Does what a plan says, or refuses before the first write with a RemoteError `safety` (sync 8 to 13). */
export function applyPlan(input: ApplyInput): Promise<ApplyReport> {
  throw new Error(`not there yet: ${input.plan.digest}`)
}

/** Goes on with the apply that the state folder holds; a RemoteError when there is none or the tenant was changed. */
export function resumeApply(tools: ApplyTools): Promise<ApplyReport> {
  throw new Error(`not there yet: ${tools.provider.api}`)
}

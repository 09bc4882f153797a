import type { ApplyProblem } from './apply-report.ts'

/** Ends an apply after its first write, with the reason; what is done stays done, and the journal says so. */
export class ApplyStop extends Error {
  override readonly name = 'ApplyStop'
  readonly exit: 'remote' | 'safety'
  readonly problems: readonly ApplyProblem[]

  constructor(exit: 'remote' | 'safety', problems: readonly ApplyProblem[]) {
    super(problems.map(({ message }) => message).join('; '))
    this.exit = exit
    this.problems = problems
  }
}

/** What can stop an apply, or be said at its end; stable codes. */
export const APPLY_CODES = {
  /** Refusals before the first write. */
  changedPlan: 'APPLY002',
  doubtful: 'APPLY004',
  nothingToResume: 'APPLY005',
  cannotResume: 'APPLY006',
  journal: 'APPLY011',
  /** Stops after it. */
  interrupted: 'APPLY020',
  refusedItem: 'APPLY021',
  refused: 'APPLY022',
  quota: 'APPLY023',
  gone: 'APPLY024',
  unknown: 'APPLY025',
  restless: 'APPLY026',
  unreadable: 'APPLY027',
  unplanned: 'APPLY028',
  mismatch: 'APPLY029',
  tooLarge: 'APPLY030',
  /** Said at the end. */
  surplusIndicator: 'APPLY040',
  surplusDefinition: 'APPLY041',
} as const

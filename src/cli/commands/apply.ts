import { readFileSync, statSync } from 'node:fs'
import { FileError, fileErrorFrom } from '../../files/file-error.ts'
import type { StateFolder } from '../../files/state-folder.ts'
import { TICKS_PER_MS } from '../../model/time.ts'
import { TOOL_VERSION } from '../../model/version.ts'
import { applyText } from '../../report/apply-text.ts'
import { escapeTerminal, jsonText } from '../../report/escape.ts'
import type { ApplyReport, ApplySettings, ApplyStep } from '../../sync/apply/apply-report.ts'
import type { ApplyTools } from '../../sync/apply/apply.ts'
import { applyPlan, resumeApply } from '../../sync/apply/apply.ts'
import { checkPlanFits, type PlanWorld } from '../../sync/plan/check-plan-fits.ts'
import type { Plan } from '../../sync/plan.ts'
import type { Provider } from '../../sync/provider.ts'
import { RemoteError } from '../../sync/remote-error.ts'
import { rebuildState } from '../../sync/apply/rebuild-state.ts'
import { decodePlan } from '../../sync/plan/plan-file.ts'
import type { CommandContext } from '../command-context.ts'
import type { ConsoleOutput } from '../console-output.ts'
import { EXIT, type ExitCode, strongestExit } from '../exit-code.ts'
import { explainRefusals } from '../explain-refusals.ts'
import { InterruptedError } from '../interrupted-error.ts'
import { openTenant, openTenantState } from '../open-tenant.ts'
import type { OptionValues } from '../option-values.ts'
import { parseDuration } from '../parse-words.ts'
import { readPlannedRules, readPlanRequest } from '../plan-rules.ts'
import { RequestTrace } from '../read-tenant.ts'
import { watchSignals } from '../signals.ts'
import { StatusLine } from '../status-line.ts'
import { SYSTEM_CLOCK } from '../system-clock.ts'
import { UsageError } from '../usage-error.ts'

/** `dryfire apply PLAN`, `dryfire apply --resume`, `dryfire apply --reset-state`. */
export async function runApply(context: CommandContext): Promise<ExitCode> {
  const { values, flags, output } = context
  const mode = readMode(context)
  const plan = mode.kind === 'plan' ? decodePlan(readPlan(mode.path)) : null
  const trace = new RequestTrace(output, flags['verbose'] === true)
  const provider = openTenant(values, flags['verbose'] === true ? trace.log : () => {})
  if (plan !== null) {
    const refusals = checkPlanFits(plan, worldOf(plan, provider, values))
    if (refusals.length > 0) return explainRefusals(refusals, output)
  }
  const state = openTenantState(provider, flags['breakLock'] === true)
  if (mode.kind === 'reset') return resetState(state, output)
  const allowDelete = mode.kind === 'plan' ? mode.allowDelete : null
  const watch = watchSignals()
  const line = new StatusLine(output)
  watch.signal.addEventListener('abort', () => {
    line.clear()
    output.error(
      'dryfire: stopping once the reply to the present request is there; once more to stop at once\n',
    )
  })
  const tools: ApplyTools = {
    provider,
    state,
    clock: SYSTEM_CLOCK,
    settings: readApplySettings(values),
    onProgress: (step) => line.show(step.action, () => stepText(step)),
    signal: watch.signal,
  }
  try {
    const report = await (plan === null ? resumeApply(tools) : applyPlan({ ...tools, plan, allowDelete }))
    line.clear()
    printReport(report, context)
    return strongestExit([watch.code() ?? EXIT.ok, EXIT[report.exit]])
  } catch (error) {
    line.clear()
    const code = watch.code()
    // A refusal or a full disk is told even then. What stops an apply after its first write is in its report.
    if (code === null || error instanceof RemoteError || error instanceof FileError) throw error
    output.error('dryfire: interrupted; this run wrote nothing to the tenant\n')
    throw new InterruptedError(code)
  } finally {
    watch.stop()
  }
}

/** What apply is asked to do; the three exclude each other. */
type Mode =
  | { readonly kind: 'plan'; readonly path: string; readonly allowDelete: number | null }
  | { readonly kind: 'resume' | 'reset' }

function readMode({ operands, flags }: CommandContext): Mode {
  const [path] = operands
  const isResume = flags['resume'] === true
  const isReset = flags['resetState'] === true
  const modes = [path !== undefined, isResume, isReset].filter(Boolean).length
  if (modes === 0)
    throw new UsageError(
      'no plan given',
      'make one with dryfire plan -r RULES -o plan.json, read it, then dryfire apply plan.json',
    )
  if (modes > 1 || operands.length > 1)
    throw new UsageError(
      'a plan, --resume and --reset-state exclude each other',
      'give one of them: --resume goes on with the plan that was begun',
    )
  const allowDelete = readAllowDelete(flags['allowDelete'])
  if (path !== undefined) return { kind: 'plan', path, allowDelete }
  if (allowDelete !== null)
    throw new UsageError('--allow-delete goes with a plan', 'what a resume deletes was allowed when it began')
  return { kind: isResume ? 'resume' : 'reset' }
}

/** The world before the tenant is read: the rules of the plan as they are now, the time, and whom we speak to. */
function worldOf(plan: Plan, { api, tenant }: Provider, values: OptionValues): PlanWorld {
  const { basis } = readPlannedRules(readPlanRequest(values, plan.basis.rules.references))
  const now = SYSTEM_CLOCK.now()
  return { now, api, tenant, toolVersion: TOOL_VERSION, rulesFiles: basis.files, remote: null }
}

function printReport(report: ApplyReport, { flags, output }: CommandContext): void {
  if (flags['json'] === true) output.out(`${jsonText({ schemaVersion: 1, ...report })}\n`)
  else output.out(applyText(report, { color: output.colorOut, width: output.width }))
}

function stepText({ action, acknowledged, planned }: ApplyStep): string {
  if (action === 'reading') return 'reading the tenant'
  const doing = {
    writing: 'writing',
    'reading-back': 'a reply was lost, reading until the tenant rests',
    checking: 'checking',
  }[action]
  return `${doing}: ${acknowledged} of ${planned} changes`
}

/** The way out of a damaged state: what is there is kept as a backup, and the next plan starts from the tenant. */
function resetState(state: StateFolder, output: ConsoleOutput): ExitCode {
  const backup = rebuildState(state)
  output.out(
    backup === null
      ? 'there was no state to set aside\n'
      : `the state was moved to ${escapeTerminal(backup)}; definitions that were created from here must be adopted again (plan --adopt NAME, or owned: in the configuration)\n`,
  )
  return EXIT.ok
}

const SHORTEST_DEADLINE_MS = 300_000
/** A tenant that rests has shown so after two of these spans; it gets twice that. */
const SPANS = 4

function readApplySettings(values: OptionValues): ApplySettings {
  const text = values.one('read-back')
  if (text === null) return {}
  const readBackMs = Number(parseDuration('read-back', text) / TICKS_PER_MS)
  return { readBackMs, deadlineMs: Math.max(SHORTEST_DEADLINE_MS, SPANS * readBackMs) }
}

const PLAN_BYTES_LIMIT = 256 * 2 ** 20

function readPlan(path: string): Uint8Array {
  try {
    const stats = statSync(path)
    if (!stats.isFile() || stats.size > PLAN_BYTES_LIMIT)
      throw new UsageError(`${path} is no plan file`, 'give the file that dryfire plan -o wrote')
    return readFileSync(path)
  } catch (cause) {
    if (cause instanceof UsageError || cause instanceof FileError) throw cause
    const { message } = fileErrorFrom(cause, 'read', path)
    throw new UsageError(message, 'make a plan with dryfire plan -r RULES -o plan.json')
  }
}

function readAllowDelete(given: unknown): number | null {
  if (given === undefined) return null
  if (typeof given === 'string' && /^\d{1,9}$/.test(given)) return Number(given)
  throw new UsageError('--allow-delete needs the exact number of deletes', 'the plan names it')
}

import { writeAtomic } from '../../files/write-atomic.ts'
import { neededAllowDelete } from '../../model/delete-limit.ts'
import { formatTime, TICKS_PER_MS } from '../../model/time.ts'
import { TOOL_VERSION } from '../../model/version.ts'
import { escapeTerminal } from '../../report/escape.ts'
import { planText } from '../../report/plan-text.ts'
import { readClaims } from '../../sync/apply/claims.ts'
import { makePlan } from '../../sync/plan/make-plan.ts'
import { encodePlan } from '../../sync/plan/plan-file.ts'
import type { Plan, PlanBasis } from '../../sync/plan.ts'
import type { PlanSettings } from '../../sync/plan/plan-settings.ts'
import type { CommandContext } from '../command-context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { explainRefusals } from '../explain-refusals.ts'
import { textOf, textsOf } from '../flag-texts.ts'
import { openTenant, openTenantState } from '../open-tenant.ts'
import type { OptionValues } from '../option-values.ts'
import { refuseCollidingOutputs } from '../output-names.ts'
import { parseDuration } from '../parse-words.ts'
import { readPlannedRules, readPlanRequest } from '../plan-rules.ts'
import { previewPlan } from '../preview-plan.ts'
import { printDiagnostics } from '../print-diagnostics.ts'
import { configuredQuotas } from '../read-quotas.ts'
import { RequestTrace, readTenant } from '../read-tenant.ts'
import { SYSTEM_CLOCK } from '../system-clock.ts'
import { UsageError } from '../usage-error.ts'

/** `dryfire plan -r RULES…`: what apply would write, and nothing written. */
export async function runPlan(context: CommandContext): Promise<ExitCode> {
  const { values, flags, output } = context
  const gates = readGates(flags['failOn'])
  const lifetime = parseDuration('--expires-in', textOf(flags['expiresIn']) ?? '1h')
  const request = readPlanRequest(values, values.references('rules'))
  const { resolved, basis } = readPlannedRules(request)
  const target = readTarget(textOf(flags['output']), basis)
  printDiagnostics(output, resolved.warnings)
  const trace = new RequestTrace(output, flags['verbose'] === true)
  const provider = openTenant(values, trace.log)
  const settings: PlanSettings = {
    ...readPlanSettings(values, flags),
    claimed: readClaims(openTenantState(provider, false)),
    parseOptions: { nonEqualsHash: request.nonEqualsHash ?? 'allow' },
  }
  const remote = await readTenant(provider, trace)
  const { api, tenant } = provider
  const result = makePlan({
    rules: resolved.rules,
    remote,
    basis: { api, tenant, toolVersion: TOOL_VERSION, ...lifeOf(lifetime), rules: basis },
    settings,
  })
  if (!result.ok) return explainRefusals(result.refusals, output)
  const { plan } = result
  const preview = await previewPlan(plan, resolved.rules, context)
  if (preview.refusals.length > 0) return explainRefusals(preview.refusals, output)
  if (target !== null) writeAtomic(target, encodePlan(plan))
  printPlan({ plan, notes: [...result.notes, ...preview.notes] }, target, context)
  return gates.includes('changes') && plan.changes.length > 0 ? EXIT.gate : EXIT.ok
}

/** Where the plan is written, or null; a plan must not overwrite the rules that it is made from. */
function readTarget(target: string | null, basis: PlanBasis['rules']): string | null {
  if (target === '-')
    throw new UsageError('a plan that is to be applied is a file, found -o -', 'print it with --json instead')
  if (target !== null)
    refuseCollidingOutputs(
      [{ option: '--output', path: target }],
      basis.files.map(({ path }) => path),
    )
  return target
}

function lifeOf(lifetime: bigint): Pick<PlanBasis, 'createdAt' | 'expiresAt'> {
  const createdAt = BigInt(SYSTEM_CLOCK.now()) * TICKS_PER_MS
  return { createdAt: formatTime(createdAt), expiresAt: formatTime(createdAt + lifetime) }
}

function printPlan(
  { plan, notes }: { readonly plan: Plan; readonly notes: readonly string[] },
  target: string | null,
  { flags, output }: CommandContext,
): void {
  if (flags['json'] === true) {
    output.out(new TextDecoder().decode(encodePlan(plan)))
    return
  }
  const verbose = flags['verbose'] === true
  output.out(planText(plan, { color: output.colorOut, width: output.width, verbose, notes }))
  if (target !== null) output.error(`written to ${escapeTerminal(target)}${nextStep(plan, target)}\n`)
}

/** The command that makes a plan true; nothing where there is nothing to do. */
function nextStep(plan: Plan, target: string): string {
  if (plan.changes.length === 0 && plan.claims.length === 0) return ''
  const needed = neededAllowDelete(plan)
  const words = [target, ...(needed === null ? [] : [`--allow-delete ${needed}`])]
  return `; next: dryfire apply ${escapeTerminal(words.join(' '))}`
}

function readPlanSettings(
  values: OptionValues,
  flags: CommandContext['flags'],
): Omit<PlanSettings, 'claimed' | 'parseOptions'> {
  const prefix = values.one('owned.prefix')
  const names = values.list('owned.names')
  return {
    owned: prefix === null && names === null ? null : { prefix, names: names ?? [] },
    adopt: textsOf(flags['adopt']),
    prune: flags['prune'] === true,
    deleteFirst: flags['deleteFirst'] === true,
    quotas: configuredQuotas(values),
  }
}

function readGates(given: unknown): readonly string[] {
  const gates = textsOf(given)
  const unknown = gates.find((gate) => gate !== 'changes')
  if (unknown !== undefined) throw new UsageError(`--fail-on does not know "${unknown}"`, 'use changes')
  return gates
}

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isRuleFileName } from '../../files/list-rule-files.ts'
import { makeFolders } from '../../files/make-folders.ts'
import { writeAtomic } from '../../files/write-atomic.ts'
import { escapeTerminal, jsonText } from '../../report/escape.ts'
import { formatCount, formatCountOf } from '../../model/count-text.ts'
import { stateDigest } from '../../sync/plan/owned-digest.ts'
import { countOpaque, printRuleFiles } from '../../sync/pull/print-rules.ts'
import { sha256Hex } from '../../sync/sha256.ts'
import { parseRules } from '../../rules/parse-rules.ts'
import type { Diagnostic, SourceSpan } from '../../model/diagnostic.ts'
import { printDiagnostics } from '../print-diagnostics.ts'
import type { CommandContext } from '../command-context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { textOf } from '../flag-texts.ts'
import type { ConsoleOutput } from '../console-output.ts'
import { openTenant } from '../open-tenant.ts'
import { RequestTrace, readTenant } from '../read-tenant.ts'
import { UsageError } from '../usage-error.ts'

/** `dryfire pull [-o DIR]`: what the tenant holds, as native rule files; without a folder only counted. */
export async function runPull({ values, flags, output }: CommandContext): Promise<ExitCode> {
  const folder = textOf(flags['output'])
  if (folder !== null) checkFolder(folder)
  const trace = new RequestTrace(output, flags['verbose'] === true)
  const provider = openTenant(values, trace.log)
  const remote = await readTenant(provider, trace)
  const files = printRuleFiles(remote).map(({ name, text }) => ({ name, bytes: Buffer.from(text) }))
  const stale = folder === null ? [] : writeFiles(folder, files)
  printDiagnostics(output, refusalsOf(files, folder))
  warnOfStale(stale, folder ?? '', output)
  const facts: PullFacts = {
    tenant: provider.tenant,
    api: provider.api,
    digest: stateDigest(remote),
    definitions: remote.definitions.length,
    indicators: remote.indicators.length,
    opaque: countOpaque(remote),
    output: folder,
    files: files.map(({ name, bytes }) => ({ name, sha256: sha256Hex([bytes]) })),
    stale,
  }
  output.out(flags['json'] === true ? `${jsonText(facts)}\n` : factsText(facts))
  return EXIT.ok
}

/** What `pull --json` prints. */
interface PullFacts {
  readonly tenant: string
  readonly api: string
  /** SHA-256 over everything that the tenant holds. */
  readonly digest: string
  readonly definitions: number
  readonly indicators: number
  /** How many of the indicators the rules would refuse. */
  readonly opaque: number
  readonly output: string | null
  readonly files: readonly { readonly name: string; readonly sha256: string }[]
  readonly stale: readonly string[]
}

function factsText({ tenant, digest, definitions, indicators, opaque, output, files }: PullFacts): string {
  const held = `${formatCountOf(definitions, 'definition')}, ${formatCountOf(indicators, 'IOC')}`
  const kept = opaque === 0 ? '' : `, ${formatCount(opaque)} of them opaque`
  const written =
    output === null ? 'nothing written without -o' : `${formatCountOf(files.length, 'file')} in ${output}`
  return `${escapeTerminal(tenant)}: ${held}${kept} (${escapeTerminal(written)})\nsnapshot ${digest}\n`
}

function warnOfStale(stale: readonly string[], folder: string, output: ConsoleOutput): void {
  for (const name of stale)
    output.error(
      `dryfire: warning: ${escapeTerminal(name)} in ${escapeTerminal(folder)} is not from this tenant's present state\n`,
    )
  if (stale.length > 0) output.error('  fix: remove it if it was pulled before\n')
}

interface PulledFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** What the rules' own reader minds about what the service holds: it is written all the same, and a person must know. */
function refusalsOf(files: readonly PulledFile[], folder: string | null): readonly Diagnostic[] {
  const lists = new Map(files.map(({ name, bytes }) => [name, bytes]))
  const rules = files.filter(({ name }) => isRuleFileName(name))
  if (rules.length === 0) return []
  const parsed = parseRules(rules, { readSibling: (_, name) => lists.get(name) ?? null })
  const errors = parsed.ok ? [] : parsed.diagnostics.filter(({ severity }) => severity === 'error')
  const inFolder = (span: SourceSpan): SourceSpan =>
    folder === null ? span : { ...span, file: join(folder, span.file) }
  return errors.map((error) => ({
    ...error,
    severity: 'warning',
    message: `the service holds what rules refuse: ${error.message}`,
    span: error.span === null ? null : inFolder(error.span),
    related: error.related.map((place) => ({ ...place, span: inFolder(place.span) })),
  }))
}

/** Before anything is read: `-` is no stream here, and an empty name no folder. */
function checkFolder(folder: string): void {
  if (folder === '-' || folder === '')
    throw new UsageError(
      `--output needs the name of a folder, found "${folder}"`,
      'rules are pulled into a folder',
    )
  const stats = statSync(folder, { throwIfNoEntry: false })
  if (stats?.isDirectory() === false)
    throw new UsageError(`cannot write rules to ${folder}: it is no folder`, 'name a folder, or a new one')
}

/** Writes what differs; gives the rule files of the folder that were not written. Nothing is ever removed. */
function writeFiles(
  folder: string,
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
): readonly string[] {
  makeFolders(folder)
  for (const { name, bytes } of files) writeAtomic(join(folder, name), bytes)
  const written = new Set(files.map(({ name }) => name))
  return readdirSync(folder)
    .filter((name) => isRuleFileName(name) && !written.has(name))
    .sort()
}

import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileErrorFrom } from '../../files/file-error.ts'
import { isRuleFileName } from '../../files/list-rule-files.ts'
import { writeAtomic } from '../../files/write-atomic.ts'
import { escapeTerminal, jsonText } from '../../report/escape.ts'
import { formatCountOf } from '../../model/count-text.ts'
import { stateDigest } from '../../sync/plan/owned-digest.ts'
import { printRuleFiles } from '../../sync/pull/print-rules.ts'
import { sha256Hex } from '../../sync/sha256.ts'
import type { CommandContext } from '../command-context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { textOf } from '../flag-texts.ts'
import { interruptedOr } from '../interrupted-error.ts'
import { openTenant } from '../open-tenant.ts'
import { watchSignals } from '../signals.ts'
import { UsageError } from '../usage-error.ts'

/** `dryfire pull [-o DIR]`: what the tenant holds, as native rule files; without a folder only counted. */
export async function runPull(context: CommandContext): Promise<ExitCode> {
  const { values, flags, output } = context
  const folder = textOf(flags['output'])
  if (folder !== null) checkFolder(folder)
  const provider = openTenant(values, flags['verbose'] === true ? output : null)
  const watch = watchSignals()
  try {
    const remote = await provider.readState(watch.signal)
    const files = printRuleFiles(remote).map(({ name, text }) => ({ name, bytes: Buffer.from(text) }))
    const stale = folder === null ? [] : writeFiles(folder, files)
    const facts = {
      tenant: provider.tenant,
      api: provider.api,
      digest: stateDigest(remote),
      definitions: remote.definitions.length,
      indicators: remote.indicators.length,
      output: folder,
      files: files.map(({ name, bytes }) => ({
        name,
        sha256: sha256Hex([bytes]),
      })),
      stale,
    }
    for (const name of stale)
      output.error(
        `dryfire: warning: ${escapeTerminal(name)} in ${escapeTerminal(folder ?? '')} is not from this tenant's present state\n`,
      )
    if (stale.length > 0) output.error('  fix: remove it if it was pulled before\n')
    if (flags['json'] === true) output.out(`${jsonText(facts)}\n`)
    else {
      const held = `${formatCountOf(facts.definitions, 'definition')}, ${formatCountOf(facts.indicators, 'IOC')}`
      const written =
        folder === null ? 'nothing written without -o' : `${formatCountOf(files.length, 'file')} in ${folder}`
      output.out(
        `${escapeTerminal(provider.tenant)}: ${held} (${escapeTerminal(written)})\nsnapshot ${facts.digest}\n`,
      )
    }
    return EXIT.ok
  } catch (error) {
    throw interruptedOr(error, watch)
  } finally {
    watch.stop()
  }
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
  try {
    mkdirSync(folder, { recursive: true })
  } catch (cause) {
    throw fileErrorFrom(cause, 'write', folder)
  }
  for (const { name, bytes } of files) writeAtomic(join(folder, name), bytes)
  const written = new Set(files.map(({ name }) => name))
  return readdirSync(folder)
    .filter((name) => isRuleFileName(name) && !written.has(name))
    .sort()
}

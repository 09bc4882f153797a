import { writeAtomic } from '../../files/write-atomic.ts'
import { escapeTerminal, jsonText } from '../../report/escape.ts'
import { formatCount, formatCountOf } from '../../model/count-text.ts'
import { formatBytes } from '../../report/quantity.ts'
import type { CommandContext } from '../command-context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { refuseCollidingOutputs } from '../output-names.ts'
import { printDiagnostics } from '../print-diagnostics.ts'
import { readRuleRequest } from '../read-settings.ts'
import { resolveRules } from '../resolve-rules.ts'
import { UsageError } from '../usage-error.ts'

/** `dryfire compile RULES… -o FILE.dfx`. */
export async function runCompile(context: CommandContext): Promise<ExitCode> {
  const { operands, flags, output } = context
  const request = await readRuleRequest(context, operands)
  const target = flags['output']
  if (typeof target !== 'string') throw new UsageError('no output file given', 'name it with -o FILE.dfx')
  if (target === '-')
    throw new UsageError('an image is not written to standard output', 'name it with -o FILE.dfx')
  const { image, warnings, paths } = resolveRules(request)
  refuseCollidingOutputs([{ option: '--output', path: target }], paths)
  writeAtomic(target, image.bytes)
  if (flags['quiet'] === true) return EXIT.ok
  printDiagnostics(output, warnings)
  const facts = {
    output: target,
    bytes: image.bytes.byteLength,
    rulesDigest: image.digest,
    definitions: image.definitions.length,
    indicators: image.accounting,
  }
  if (flags['json'] === true) output.out(`${jsonText(facts)}\n`)
  else {
    const { compiled, duplicate, disabled, opaque } = image.accounting
    const left = [
      ...(duplicate > 0 ? [`${formatCount(duplicate)} duplicate`] : []),
      ...(disabled > 0 ? [`${formatCount(disabled)} disabled`] : []),
      ...(opaque > 0 ? [`${formatCount(opaque)} opaque`] : []),
    ]
    output.out(
      `${escapeTerminal(target)}: ${formatCountOf(compiled, 'IOC')} of ${formatCountOf(facts.definitions, 'definition')} ` +
        `in ${formatBytes(facts.bytes)}${left.length > 0 ? ` (left out: ${left.join(', ')})` : ''}\n`,
    )
  }
  return EXIT.ok
}

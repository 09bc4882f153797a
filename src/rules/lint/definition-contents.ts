import type { LintContext } from './lint-context.ts'

/** Warns of definitions that cannot fire: those without indicators, and disabled ones whose indicators are enabled. */
export function lintDefinitionContents(context: LintContext): void {
  const { definitions, indicators, opaque } = context.rules
  const rows = new Uint32Array(definitions.length)
  const enabledRows = new Uint32Array(definitions.length)
  for (let row = 0; row < indicators.count; row++) {
    const index = indicators.definition[row] ?? 0
    rows[index] = (rows[index] ?? 0) + 1
    enabledRows[index] = (enabledRows[index] ?? 0) + (indicators.enabled[row] ?? 0)
  }
  const withOpaque = new Set(opaque.map(({ definitionName }) => definitionName))
  for (const [index, { Name, Enabled }] of definitions.entries()) {
    const enabledCount = enabledRows[index] ?? 0
    if (rows[index] === 0 && !withOpaque.has(Name)) {
      context.reportDefinition(index, {
        code: 'LINT010',
        severity: 'warning',
        message: `the definition "${Name}" holds no IOC and never fires`,
        fix: 'Add IOCs under iocs or iocFiles, or delete the definition.',
      })
    } else if (!Enabled && enabledCount > 0) {
      const noun = enabledCount === 1 ? 'IOC, which does' : 'IOCs, which do'
      context.reportDefinition(index, {
        code: 'LINT009',
        severity: 'warning',
        message: `the disabled definition "${Name}" holds ${enabledCount} enabled ${noun} not fire`,
        fix: 'Set Enabled to true, or disable the IOCs as well.',
      })
    }
  }
}

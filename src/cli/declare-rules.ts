import type { Command } from 'commander'
import { type Declare, examples } from './declare.ts'
import { RULE_OPTIONS } from './shared-options.ts'

/** `lint` and `compile`. */
export function declareRules(program: Command, declare: Declare): void {
  const lint = program
    .command('lint')
    .summary('check rules for mistakes')
    .description('Checks rules for mistakes and for patterns that would flood or never match.')
    .argument('[RULES...]', 'rule files, folders or globs; the same as -r')
    .option('--json', 'print one JSON object per finding')
    .addHelpText('after', examples('dryfire lint rules/', 'dryfire lint rules/ --json'))
  declare(lint, RULE_OPTIONS, async () => (await import('./commands/lint.ts')).runLint)

  const compile = program
    .command('compile')
    .summary('compile rules into one image')
    .description('Compiles rules into one flat image that loads in milliseconds wherever rules are accepted.')
    .argument('[RULES...]', 'rule files, folders or globs; the same as -r')
    .requiredOption('-o, --output <FILE>', 'the image to write, by custom a .dfx file')
    .option('--json', 'print what was compiled as JSON')
    .option('-q, --quiet', 'print nothing but errors')
    .addHelpText(
      'after',
      examples('dryfire compile rules/ -o rules.dfx', 'dryfire replay logs/ -r rules.dfx'),
    )
  declare(compile, RULE_OPTIONS, async () => (await import('./commands/compile.ts')).runCompile)
}

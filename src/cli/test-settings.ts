import type { TestBase } from '../harness/prepare-test.ts'
import type { CommandContext } from './command-context.ts'
import { readFieldMap, readLogFormat, readRuleRequest, readSemantics } from './read-settings.ts'
import type { TestRequest } from './test-session.ts'
import { UsageError } from './usage-error.ts'

/** What a command allows its tests and their rules; tests must expect something and rules may be an image, where nothing is said. */
interface TestSettings {
  readonly mayExpectNothing?: boolean
  readonly mayBeImage?: boolean
}

/** The tests and the base that the words of a command mean. Throws a UsageError for a wall clock. */
export async function readTestRequest(
  context: CommandContext,
  { mayExpectNothing = false, mayBeImage = true }: TestSettings = {},
): Promise<TestRequest> {
  const { operands, flags } = context
  const rules = await readRuleRequest(context)
  return {
    paths: operands.length > 0 ? operands : defaultPaths(rules.rules),
    rules,
    areRulesGiven: Array.isArray(flags['rules']),
    base: await readTestBase(context),
    baseFiles: context.values.references('field-map'),
    mayExpectNothing,
    mayBeImage,
  }
}

/** Without paths the tests stand beside the rules; those of a commit or an image have none on the disk. */
function defaultPaths(rules: readonly string[]): readonly string[] {
  const onDisk = rules.filter((reference) => !/^(?:git|tenant):|\.dfx$/.test(reference))
  return onDisk.length > 0 ? onDisk : ['.']
}

async function readTestBase({ values }: CommandContext): Promise<TestBase> {
  if (values.one('as-of') === 'now')
    throw new UsageError(
      'as-of now: a test has no wall clock, because tomorrow it would say something else',
      'give --as-of event or a time like 2027-01-01T00:00:00Z',
    )
  return {
    semantics: readSemantics(values, 0n),
    logFormat: readLogFormat(values),
    table: values.one('table'),
    fieldMap: await readFieldMap(values),
  }
}

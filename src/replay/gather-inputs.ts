import { FileError } from '../files/file-error.ts'
import { listInputs } from '../files/list-inputs.ts'
import type { ClassifyOptions } from '../logs/classify.ts'
import type { InputProblem } from '../model/replay-summary.ts'
import type { ClassifiedInput } from './classify-input.ts'
import { classifyInput } from './classify-input.ts'

/** How the logs are to be understood. */
export interface GatherOptions extends ClassifyOptions {
  /** Further fields to show with every event, as printed paths. */
  readonly include: readonly string[]
  /** Ends the waiting for a stream, and the gathering. */
  readonly signal: AbortSignal | null
}

/** The logs that can be replayed, in the order given, and why the others cannot. */
export interface GatheredInputs {
  readonly inputs: readonly ClassifiedInput[]
  readonly problems: readonly InputProblem[]
}

/** Lists and classifies the logs. One that cannot be read, or in which no field is known, is a problem and not an end. */
export async function gatherInputs(logs: readonly string[], options: GatherOptions): Promise<GatheredInputs> {
  const listed = listInputs(logs, { cwd: process.cwd() })
  const inputs: ClassifiedInput[] = []
  const problems: InputProblem[] = [...listed.problems]
  for (const input of listed.inputs) {
    if (options.signal?.aborted === true) break
    try {
      const classified = await classifyInput(input, options, options.signal)
      const problem = refusalOf(classified)
      if (problem === null) inputs.push(withIncluded(classified, options.include))
      else problems.push(problem)
    } catch (error) {
      if (!(error instanceof FileError)) throw error
      problems.push({ source: input.name, severity: 'error', message: error.message, fix: error.fix })
    }
  }
  return { inputs, problems }
}

function refusalOf(input: ClassifiedInput): InputProblem | null {
  const { refused, fieldMap } = input.classification
  if (refused !== null)
    return { source: input.name, severity: 'error', message: refused.reason, fix: refused.fix }
  if (fieldMap !== null) return null
  return {
    source: input.name,
    severity: 'error',
    message: 'no log format is recognised, so no field of it is known to hold hashes, addresses or names',
    fix: 'name the fields with --field-map FILE, or look at every string with --fields any',
  }
}

function withIncluded(input: ClassifiedInput, include: readonly string[]): ClassifiedInput {
  const { classification } = input
  if (include.length === 0 || classification.fieldMap === null) return input
  const { envelope } = classification.fieldMap
  const context = [...envelope.context, ...include.map((path) => path.split('.'))]
  const fieldMap = { ...classification.fieldMap, envelope: { ...envelope, context } }
  return { ...input, classification: { ...classification, fieldMap } }
}

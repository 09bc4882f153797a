import { listInputs } from '../files/list-inputs.ts'
import { openOutputFile, type OutputFile } from '../files/output-file.ts'
import { jsonText } from '../report/escape.ts'
import type { CommandContext } from './command-context.ts'
import { textOf } from './flag-texts.ts'
import { refuseCollidingOutputs } from './output-names.ts'
import { UsageError } from './usage-error.ts'

/** Writes one JSON line. */
export type LineWriter = (line: object) => void

/** The NDJSON streams that were asked for; only one of them, or the JSON summary, can be standard output. */
export class LineStreams {
  readonly isOnStdout: boolean
  readonly #writers = new Map<string, LineWriter>()
  readonly #files: OutputFile[] = []

  /**
   * Opens what the flags of these names ask for, and refuses what would overwrite another output or a file in `inputs`.
   * `isStdoutTaken`: the report itself is for a program.
   */
  constructor(
    context: CommandContext,
    names: readonly string[],
    inputs: readonly string[],
    isStdoutTaken: boolean = context.flags['json'] === true,
  ) {
    const targets = names.flatMap((name) => {
      const target = textOf(context.flags[name])
      return target === null ? [] : [{ name, option: `--${name}`, path: target }]
    })
    const onStdout = targets.filter(({ path }) => path === '-').length
    if (onStdout + (isStdoutTaken ? 1 : 0) > 1)
      throw new UsageError(
        'two outputs on standard output cannot be told apart',
        'write one of them to a file',
      )
    this.isOnStdout = onStdout > 0
    refuseCollidingOutputs(
      targets.filter(({ path }) => path !== '-'),
      inputs,
    )
    try {
      for (const { name, path } of targets) this.#writers.set(name, this.#open(path, context))
    } catch (error) {
      this.end(true)
      throw error
    }
  }

  /** The writer of the stream of that name; null where nobody asked for it. */
  writer(name: string): LineWriter | null {
    return this.#writers.get(name) ?? null
  }

  /** Gives the files their names, or leaves them as `FILE.partial`. */
  end(isPartial: boolean): void {
    for (const file of this.#files) {
      if (isPartial) file.abandon()
      else file.commit()
    }
  }

  #open(target: string, { output }: CommandContext): LineWriter {
    if (target === '-') return (line) => output.out(`${jsonText(line)}\n`)
    const file = openOutputFile(target)
    this.#files.push(file)
    return (line) => file.write(`${jsonText(line)}\n`)
  }
}

/** Every file that a run reads, as far as outputs could overwrite it. */
export function pathsRead(
  context: CommandContext,
  logs: readonly string[],
  rules: readonly string[],
): readonly string[] {
  const inputs = listInputs(logs, { cwd: process.cwd() }).inputs.map((input) => input.path)
  return [...inputs, ...rules, ...context.values.references('field-map')]
}

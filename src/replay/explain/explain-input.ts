import type { FrameSink } from '../../logs/frame.ts'
import { createFramer } from '../../logs/frame.ts'
import { decompress } from '../../logs/decompress.ts'
import { validateJson } from '../../logs/validate-json.ts'
import type { EventExplanation } from '../../model/explanation.ts'
import type { FieldMap } from '../../model/field-map.ts'
import type { InputProblem } from '../../model/replay-summary.ts'
import type { ClassifiedInput } from '../classify-input.ts'
import { enterEventLayout, explainEvent, openEventReaders, readEvent } from './explain-event.ts'
import type { ExplainContext } from './explain-observables.ts'

/** What became of an input whose events were explained. */
export interface ExplainedInput {
  readonly events: number
  readonly problems: readonly InputProblem[]
}

/**
 * Explains every event of an input, one after the other, as they are read. What cannot be read is returned as a problem.
 * `chunks` are the input's bytes before decompression; `fieldMap` is the one of its classification.
 */
export async function explainInput(
  input: Pick<ClassifiedInput, 'name' | 'compression' | 'classification'>,
  chunks: AsyncIterable<Uint8Array>,
  fieldMap: FieldMap,
  context: ExplainContext,
  options: { readonly table: string | null; readonly onEvent: (event: EventExplanation) => void },
): Promise<ExplainedInput> {
  const { classification, compression, name } = input
  const { semantics } = context
  const readers = openEventReaders(classification, fieldMap, semantics, options.table)
  const problems: InputProblem[] = []
  let record = 0
  let events = 0
  const quarantine = (reason: string, line: number): void => {
    problems.push({
      source: name,
      severity: 'error',
      message: `line ${line + 1} is not an event: ${reason}`,
      fix: null,
    })
  }
  const sink: FrameSink = {
    record: (bytes, start, end, line, byteOffset) => {
      record += 1
      const isChecked = semantics.validate === 'strict' && classification.delimited === null
      const reason = isChecked ? validateJson(bytes, start, end) : null
      if (reason !== null) {
        quarantine(reason, line)
        return
      }
      events += 1
      const place = { source: name, line: line + 1, record, byteOffset }
      options.onEvent(explainEvent(readEvent(readers, bytes, start, end), place, readers, context))
    },
    quarantine: (reason, line) => {
      record += 1
      quarantine(reason, line)
    },
    layout: (layout) => enterEventLayout(readers, layout),
  }
  const framer = createFramer(
    classification,
    {
      maxRecordBytes: semantics.maxRecordBytes,
      firstByteOffset: 0,
      skipFirstLine: false,
      ownedEnd: null,
    },
    sink,
  )
  const plain = decompress(compression, chunks, ({ severity, message }) =>
    problems.push({ source: name, severity, message, fix: null }),
  )
  for await (const chunk of plain) framer.push(chunk, 0, chunk.length)
  framer.finish()
  return { events, problems }
}

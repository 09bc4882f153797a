import { streamedEvidence, streamedFieldMap } from './defender-storage.ts'
import type { LogFormat } from './format.ts'

/** Event Hub messages: `{"records":[…]}` around streamed records, one message or many (ti-api 5.3). */
export const defenderEventHub: LogFormat = {
  name: 'defender-event-hub',
  shape: 'json',
  fieldMap: streamedFieldMap('defender-event-hub'),
  recognise: (sample) => {
    if (!sample.wrapperKeys.includes('records')) return null
    const evidence = streamedEvidence(sample)
    // Where the first message is longer than the sample there is nothing to contradict its wrapper.
    if (evidence === null && sample.records.length > 0) return null
    return ['the records stand in `records` of a wrapper object', ...(evidence ?? [])]
  },
}

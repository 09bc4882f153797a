import type { EnvelopePaths } from '../../model/field-map.ts'

/** An envelope that knows nothing; formats say what they have. */
export const NO_ENVELOPE: EnvelopePaths = {
  time: [],
  receivedTime: [],
  table: [],
  deviceId: [],
  deviceName: [],
  computer: [],
  localEnd: [],
  reportId: [],
  actionType: [],
  represents: [],
  context: [],
}

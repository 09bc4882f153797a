/** Formats in which telemetry can be written, by the words of `--log-format`. */
export const TELEMETRY_FORMATS = [
  'defender-storage',
  'defender-event-hub',
  'defender-hunting-api',
  'defender-rows',
  'defender-csv',
  'zeek-tsv',
  'zeek-json',
  'json',
  'csv',
] as const
/** One of `TELEMETRY_FORMATS`. */
export type TelemetryFormat = (typeof TELEMETRY_FORMATS)[number]
